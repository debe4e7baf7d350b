"""Loaded before anything else (``-p tests.environment``): settings refuse to load without a secret key.

The database named here exists nowhere: the real address is set once it is known, so no test can ever reach a
developer's own.
"""

from __future__ import annotations

import os
import secrets

os.environ["SECRET_KEY"] = "tests-" + secrets.token_urlsafe(48)
os.environ["PORTAL_MODE"] = "embedded"
os.environ["CELERY_BROKER_URL"] = "memory://"
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["DATABASE_URL"] = "postgres://portal_app@/nowhere"
for name in ("DEBUG", "DATABASE_POOL", "ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_PASSWORD"):
    os.environ.pop(name, None)
