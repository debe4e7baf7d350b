"""Loaded before anything else (``-p tests.environment``): settings refuse to load without a secret key.

The database named here exists nowhere: the real address is set once it is known, so no test can ever reach a
developer's own.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile

os.environ["SECRET_KEY"] = "tests-" + secrets.token_urlsafe(48)
os.environ["PORTAL_MODE"] = "embedded"
os.environ["CELERY_BROKER_URL"] = "memory://"
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["MAIL_PREFIX"] = ""  # tests say what subjects say; what begins them has tests of its own
if "pytest" in sys.modules:  # benchmarks write their lines as in production
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # two lines a request that nobody reads
os.environ["DATABASE_URL"] = "postgres://portal_app@/nowhere"
_files = tempfile.TemporaryDirectory(prefix="portal-test-files-")  # gone with the process
os.environ["FILES_FOLDER"] = _files.name
for name in (
    "DEBUG",
    "DATABASE_POOL",
    "ODOO_URL",
    "ODOO_DB",
    "ODOO_USER",
    "ODOO_PASSWORD",
    "FILES_BUCKET",
    "FILES_URL",
    "CLAMAV_ADDRESS",
):
    os.environ.pop(name, None)
