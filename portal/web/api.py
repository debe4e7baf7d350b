"""What every API view shares: who acts, rehearsal, the once-key."""

from __future__ import annotations

from typing import Any, ParamSpec, TypeVar

from django.db import models
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.shared.act import Act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid
from portal.web import registry

P = ParamSpec("P")
R = TypeVar("R", bound=models.Model | None)
LONGEST_KEY = 200


class PortalView(APIView):
    """A view behind the wall: it reads in windows and changes the world by exactly one act."""

    actor: Actor
    message: bytes | None = None
    """What counts as the body under a key, where the body itself is too large to be kept: a digest of it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After authentication: who acts, read outside every window. A person acts as his session does on the pages."""
        super().initial(request, *args, **kwargs)
        if request.auth is not None:
            self.actor = registry.actor_of(request.user, request.auth)
            return
        if refusal := request._request.held_up:  # type: ignore[attr-defined] # noqa: SLF001 (what the middleware left)
            raise refusal
        self.actor = request._request.actor  # type: ignore[attr-defined] # noqa: SLF001

    def perform(self, act: Act[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the act: rehearsed for ``?dry_run=true``, at most once under an ``Idempotency-Key``."""
        if rehearsing(self.request):
            return act.rehearse(*args, **kwargs)
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            return act(*args, **kwargs)
        if len(key) > LONGEST_KEY:
            message = f"An Idempotency-Key has at most {LONGEST_KEY} characters."
            raise Invalid(message, faults=(Fault("too_long", message, ""),))
        kept = registry.keep(
            self.actor,
            key=key,
            body=self.request._request.body if self.message is None else self.message,  # noqa: SLF001
            what=f"{self.request.method} {self.request.path}",
        )
        return act.once(kept)(*args, **kwargs)


def rehearsing(request: Request) -> bool:
    """Whether the caller only wants to know what would happen."""
    value: Any = request.query_params.get("dry_run", "")
    return str(value).lower() in ("1", "true", "yes")
