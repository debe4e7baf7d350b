"""Where bytes live: a folder on this machine, or an object store that speaks S3. Only this file knows which.

Never call it while a transaction is open: a slow disk or network would hold locks. It refuses to.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import connection
from django.utils.translation import gettext as _

from portal.shared.errors import Fault, Invalid, Refused

CHUNK = 256 * 1024
IN_MEMORY = 2 * 1024 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
log = structlog.get_logger(__name__)


class StoreUnavailable(Refused):
    """The store does not answer or has no room: nothing was kept, and trying again later may work."""

    code = "store_unavailable"
    status = 503


class StoreFull(StoreUnavailable):
    """There is no room for another file."""

    code = "store_full"
    status = 507


@dataclass(frozen=True)
class Written:
    """Bytes that are in the store, and what was learnt of them on the way."""

    key: str
    size: int
    sha256: str


def write(content: Iterable[bytes], *, at: dt.datetime, most_bytes: int) -> Written:
    """Stream bytes into the store under a random key, counting and hashing.

    Raises :class:`Invalid` over the limit, :class:`StoreFull` and :class:`StoreUnavailable`; then no half a file stays.
    """
    _outside_a_transaction()
    key = f"{at:%Y/%m/%d}/{secrets.token_hex(20)}"
    digest, size = hashlib.sha256(), 0
    with _translated(), SpooledTemporaryFile(max_size=IN_MEMORY) as counted:
        for chunk in content:
            size += len(chunk)
            if size > most_bytes:
                raise _too_large(most_bytes)
            digest.update(chunk)
            counted.write(chunk)
        counted.seek(0)
        try:
            kept = _store().save(key, File(counted))
        except BaseException:
            _forget(key)
            raise
    if kept != key:
        _forget(kept)
        raise StoreUnavailable(_("The file store did not keep the file under its own key. Nothing was kept."))
    return Written(key, size, digest.hexdigest())


@contextmanager
def copied(key: str) -> Iterator[Path]:
    """A copy of the bytes on this machine, under a name that says nothing, for as long as it is used."""
    _outside_a_transaction()
    with TemporaryDirectory(prefix="portal-file-") as folder:
        path = Path(folder) / "content"
        with _translated(), _store().open(key, "rb") as source, path.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
        yield path


def opened(key: str) -> IO[bytes]:
    """The bytes, to be streamed to somebody; the caller closes it."""
    _outside_a_transaction()
    with _translated():
        content: IO[bytes] = _store().open(key, "rb")
        return content


def remove(key: str) -> None:
    """Take bytes out of the store; it is no fault if they are gone."""
    _outside_a_transaction()
    with _translated():
        _store().delete(key)


def keys_of(day: dt.date) -> list[str]:
    """Every key that was written on a day."""
    _outside_a_transaction()
    folder = f"{day:%Y/%m/%d}"
    with _translated():
        try:
            _folders, names = _store().listdir(folder)
        except FileNotFoundError:
            return []
    return [f"{folder}/{name}" for name in names]


def _store() -> Storage:
    return storages["documents"]


def _forget(key: str) -> None:
    """Clean up after a fault, which is what will be told of; the sweep finds what stays."""
    try:
        _store().delete(key)
    except Exception as failure:
        log.warning("half_a_file_stayed", key=key, reason=f"{type(failure).__name__}: {failure}")


@contextmanager
def _translated() -> Iterator[None]:
    """Faults of disk and network as refusals people understand."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as failure:
        log.error("store_failed", reason=f"{type(failure).__name__}: {failure}")
        if failure.errno in NO_ROOM:
            raise StoreFull(
                _("There is no room for the file on our side. Nothing was kept."),
                remedy=_("We have been told. Try again later."),
            ) from failure
        raise _unavailable() from failure
    except (BotoCoreError, ClientError) as failure:
        log.error("store_failed", reason=f"{type(failure).__name__}: {failure}")
        raise _unavailable() from failure


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable(_("The file store does not answer. Nothing was kept."), remedy=_("Try again later."))


def _too_large(most_bytes: int) -> Invalid:
    message = _("The file is larger than %(megabytes)s MB.") % {"megabytes": f"{most_bytes / 1_000_000:g}"}
    return Invalid(message, faults=(Fault("too_large", message, "/file"),))


def _outside_a_transaction() -> None:
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):  # as Django asks for durable ones
        raise RuntimeError("The file store was called while a transaction is open.")
