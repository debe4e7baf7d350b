"""How an object store is spoken to: what the settings make of the environment, and its faults as clear refusals."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from django.core.files.storage import FileSystemStorage

from documents import storage
from tests.house.catalog import PROJECT

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


def store_of(**environment: str) -> dict[str, Any]:
    """The store as a process with this environment would have it."""
    program = "import json; from django.conf import settings; print(json.dumps(settings.STORAGES['documents']))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", **environment},
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_bucket_is_private_signed_and_overwrites_nothing() -> None:
    store = store_of(FILES_BUCKET="files", FILES_ENDPOINT="https://s3.example.com", FILES_REGION="eu-central-1")
    assert store == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": "files",
            "endpoint_url": "https://s3.example.com",
            "region_name": "eu-central-1",
            "signature_version": "s3v4",
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
        },
    }


def test_a_folder_is_its_owners_alone() -> None:
    store = store_of(FILES_FOLDER="/srv/files")
    assert store["OPTIONS"] == {
        "location": "/srv/files",
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault",
    [
        EndpointConnectionError(endpoint_url="https://s3.example.com"),
        ClientError({"Error": {"Code": "SlowDown", "Message": "Reduce your request rate"}}, "PutObject"),
    ],
)
def test_its_faults_are_told_without_their_details(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise fault

    monkeypatch.setattr(FileSystemStorage, "save", fail)
    with pytest.raises(storage.StoreUnavailable) as refusal:
        storage.write([b"words"], at=NOW, most_bytes=10)
    assert (refusal.value.code, refusal.value.status) == ("store_unavailable", 503)
    assert "s3" not in refusal.value.message.lower()


@pytest.mark.django_db
def test_a_file_that_is_exactly_as_large_as_allowed_is_kept() -> None:
    written = storage.write([b"12345", b"67890"], at=NOW, most_bytes=10)
    assert written.size == 10
    with storage.copied(written.key) as path:
        assert path.read_bytes() == b"1234567890"
    assert not path.exists()
    assert written.key in storage.keys_of(NOW.date())
    storage.remove(written.key)
    storage.remove(written.key)  # gone already is no fault
    assert written.key not in storage.keys_of(NOW.date())
