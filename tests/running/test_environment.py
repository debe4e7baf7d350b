"""The generated secrets and addresses."""

from __future__ import annotations

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from portal.management.broker import queue_dsn
from portal.management.environment import Secrets, embedded_addresses, given
from portal.management.postgres import Postgres


def test_secrets_are_long_private_and_made_once(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "var" / "secrets.env")
    made = secrets.make()
    assert secrets.file.stat().st_mode & 0o777 == 0o600
    assert len(set(made.values())) == len(made) == 4
    assert all(len(value) >= 50 for value in made.values())
    assert secrets.make() == made == secrets.read()


def test_addresses_are_renewed_and_a_persons_lines_kept(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.env")
    made = secrets.make({"DATABASE_URL": "postgresql:///before"})
    with secrets.file.open("a") as file:
        file.write("PORTAL_NAME=Acme=North\n")
    after = secrets.make({"DATABASE_URL": "postgresql:///after"})
    assert after == made | {"DATABASE_URL": "postgresql:///after", "PORTAL_NAME": "Acme=North"} == secrets.read()


def test_a_missing_secret_is_made_and_the_others_kept(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.env")
    made = secrets.make()
    secrets.file.write_text(f"SECRET_KEY={made['SECRET_KEY']}\nAPP_PASSWORD=\n")
    after = secrets.make()
    assert after["SECRET_KEY"] == made["SECRET_KEY"]
    assert after["APP_PASSWORD"] not in ("", made["APP_PASSWORD"])


def test_what_a_person_set_is_told_from_what_we_wrote() -> None:
    ours = {"DATABASE_URL": "postgresql:///ours", "ODOO_URL": "https://odoo.example"}
    assert given({"DATABASE_URL": "postgresql:///ours", "HOME": "/"}, ours) == {"HOME": "/"}
    assert given({"DATABASE_URL": "postgresql:///theirs"}, ours) == {"DATABASE_URL": "postgresql:///theirs"}
    assert given({"ODOO_URL": "https://odoo.example"}, ours) == {"ODOO_URL": "https://odoo.example"}


def test_the_addresses_name_the_same_server_for_three_roles(tmp_path: Path) -> None:
    database = Postgres(tmp_path / "Postgres")
    generated = {"APP_PASSWORD": "a/p p", "OWNER_PASSWORD": "own", "QUEUE_PASSWORD": "que"}
    addresses = embedded_addresses(database, generated)
    app, owner = (conninfo_to_dict(addresses[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL"))
    queue = conninfo_to_dict(queue_dsn(addresses["CELERY_BROKER_URL"]))
    assert {str(each["host"]) for each in (app, owner, queue)} == {str(database.socket_directory)}
    assert (app["user"], app["password"], app["dbname"]) == ("portal_app", "a/p p", "portal")
    assert (owner["user"], owner["password"], owner["dbname"]) == ("portal_owner", "own", "portal")
    assert (queue["user"], queue["password"], queue["dbname"]) == ("portal_queue", "que", "portal_queue")
