"""Every refusal of the API as one shape: RFC 9457 problem details with a stable code and pointers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from portal.shared.errors import Refused
from portal.shared.identifiers import correlation_id

MEDIA_TYPE = "application/problem+json"
CODES: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "authentication_failed",
    exceptions.PermissionDenied: "not_permitted",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.ParseError: "malformed",
    exceptions.Throttled: "too_many_requests",
    exceptions.ValidationError: "invalid",
}
TOO_LARGE = "The request is too large: send it in several parts."
PREFIX = "/api/"


def exception_handler(failure: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler: refusals of the domain and of the framework alike. Anything else is a fault of ours: None."""
    if isinstance(failure, Refused):
        faults = [{"code": fault.code, "detail": fault.message, "pointer": fault.pointer} for fault in failure.faults]
        return problem(failure.status, failure.code, failure.message, faults, remedy=failure.remedy)
    if isinstance(failure, RequestDataTooBig):
        return problem(413, "too_large", TOO_LARGE)
    if isinstance(failure, Http404):
        failure = exceptions.NotFound()
    elif isinstance(failure, PermissionDenied):
        failure = exceptions.PermissionDenied()
    if not isinstance(failure, exceptions.APIException):
        return None
    faults = list(_flatten(failure.detail)) if isinstance(failure, exceptions.ValidationError) else []
    status = 422 if isinstance(failure, exceptions.ValidationError) else failure.status_code
    detail = "The request does not fit the schema." if faults else str(failure.detail)
    answer = problem(status, CODES.get(type(failure), "refused"), detail, faults)
    if header := getattr(failure, "auth_header", None):
        answer["WWW-Authenticate"] = header
    if wait := getattr(failure, "wait", None):
        answer["Retry-After"] = str(int(wait) + 1)
    return answer


class StrictJSONParser(JSONParser):
    """JSON of a size and a depth that anybody could have meant."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError("This JSON is nested too deeply.") from None


def problem(
    status: int, code: str, detail: str, faults: list[dict[str, str]] | None = None, *, remedy: str = ""
) -> Response:
    """One problem document. ``code`` is part of the contract; the words are for people and may change."""
    return Response(document(status, code, detail, faults, remedy=remedy), status=status, content_type=MEDIA_TYPE)


def document(
    status: int, code: str, detail: str, faults: list[dict[str, str]] | None = None, *, remedy: str = ""
) -> dict[str, Any]:
    """The body of a problem document."""
    body: dict[str, Any] = {
        "type": f"urn:portal:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
        "correlation_id": correlation_id(),
    }
    if faults:
        body["errors"] = faults
    if remedy:
        body["remedy"] = remedy
    return body


def _flatten(detail: Any, pointer: str = "") -> Any:
    """DRF's nested errors as pointers."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flatten(inner, pointer if key == "non_field_errors" else f"{pointer}/{key}")
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            leaf = isinstance(inner, exceptions.ErrorDetail)
            yield from _flatten(inner, pointer if leaf else f"{pointer}/{index}")
    else:
        yield {"code": getattr(detail, "code", "invalid"), "detail": str(detail), "pointer": pointer}
