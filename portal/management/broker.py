"""How Celery speaks to each broker: the transport options, which an address alone cannot say.

The default broker is kombu's ``pgmq`` transport on a database of its own in the portal's PostgreSQL. Its address is
``pgmq://portal_queue:password@host:5432/portal_queue``; a socket directory is written as the host, with %2F for each
slash. Measured with kill -9 of workers: nothing lost, nothing doubled. Queues carry wake-ups only; the outbox is the
truth.
"""

from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import make_conninfo

# Declared by bootstrap, so that workers starting at once do not race to make them.
QUEUES = ("portal", "pull")
# A message that was read and not acknowledged comes back after this: longer than any task may take.
VISIBILITY_SECONDS = 900


def transport_options(url: str) -> dict[str, Any]:
    """Celery's ``broker_transport_options`` for the broker at ``url``."""
    scheme = urlsplit(url).scheme
    if scheme == "pgmq":
        return {
            # Without this the client would prefer DATABASE_URL from the environment to the broker's own address.
            "conn_string": queue_dsn(url),
            # Bootstrap installed the SQL; the queue's role may create no extension.
            "init_extension": False,
            # NOTIFY wakes an idle worker at once; the interval bounds the wait when a notice is missed. No long polls:
            # a worker asks its queues in turn, and one that waits for the second does not hear of the first.
            "use_notify": True,
            "polling_interval": 0.2,
            "wait_time_seconds": 0,
            "visibility_timeout": VISIBILITY_SECONDS,
            "pool_size": 4,
        }
    if scheme in {"redis", "rediss"}:
        # By default a killed worker's tasks come back only after 100 seconds of looking.
        return {"visibility_timeout": VISIBILITY_SECONDS, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    return {}


def queue_dsn(url: str) -> str:
    """The libpq form of a broker address. (urlsplit's ``hostname`` would turn a socket's path into lower case.)"""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].partition(":")[0]
    return make_conninfo(
        host=unquote(host),
        port=parts.port or 5432,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        dbname=unquote(parts.path.removeprefix("/")),
    )
