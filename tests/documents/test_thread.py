"""One file all the way: brought by the API, inspected by the worker, accepted, downloaded by whom it concerns."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents import tasks
from portal.shared import history
from portal.shared.actor import Actor
from portal.shared.models import AuditEntry
from tests.cast import Cast, everything
from tests.documents.made import a_pdf
from tests.documents.world import row

pytestmark = pytest.mark.django_db


def test_a_certificate_comes_in_is_inspected_and_goes_out(cast: Cast, anna: Actor) -> None:
    content = a_pdf()
    client = Client(headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"})
    sent = {"kind": "attachment", "file": SimpleUploadedFile("certificate.pdf", content)}
    brought: Any = client.post("/api/v1/files/", sent)
    assert brought.status_code == 201, brought.content
    address = f"/api/v1/files/{brought.json()['id']}/"
    assert brought.json()["state"] == "quarantined"
    assert client.post(f"{address}link/").status_code == 409

    tasks.inspect()

    told = client.get(address).json()
    assert (told["state"], told["media_type"], told["pages"]) == ("accepted", "application/pdf", 1)
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert {one["step"]: one["verdict"] for one in told["findings"]} == {
        "size": "passed",
        "type": "passed",
        "name": "passed",
        "pdf_readable": "passed",
        "pdf_active": "passed",
        "pdf_size": "passed",
        "malware": "skipped",
    }
    assert told["findings"][-1]["reason"] == "Not scanned: no virus scanner is connected."

    link = client.post(f"{address}link/").json()["url"]
    served: Any = Client().get(link)
    assert served.status_code == 200
    assert b"".join(served.streaming_content) == content

    with everything():
        steps = history.of(anna, [row(told["id"])]).values_list("before", "after", "actor_id")
        assert list(steps) == [
            ("quarantined", "inspecting", "system:inspection"),
            ("inspecting", "accepted", "system:inspection"),
        ]
        acts = AuditEntry.objects.filter(object_id=told["id"]).order_by("at", "id").values_list("act", flat=True)
        assert list(acts) == ["receive_file", "begin_inspection", "settle_inspection", "download_file"]
