"""Which environment this is: what it may not be called, where mail goes, and what every page and mail says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from portal import settings as given
from portal.web.context import SMTP, environment
from tests.house.catalog import PROJECT

SOUND = {
    "SECRET_KEY": "x" * 60,
    "PORTAL_MODE": "production",
    "PRODUCTION": True,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["portal.example"],
    "ODOO_DB": "odoo",
    "ODOO_PASSWORD": "another",
    "CELERY_BROKER_URL": "pgmq://queue@host/queue",
    "OIDC_ISSUER": "",
    "PORTAL_URL": "https://portal.example",
}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Settings with which the portal would start in earnest."""
    for name, value in SOUND.items():
        monkeypatch.setattr(given, name, value)
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal_app@host/portal")
    monkeypatch.setenv("EMAIL_URL", "smtp://host:25")
    return monkeypatch


# --- What it refuses to be called -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["production", "Production", "Staging"])
def test_in_production_it_may_be_called_anything(production: pytest.MonkeyPatch, name: str) -> None:
    production.setattr(given, "ENVIRONMENT", name)
    given.refuse_unsafe()


def test_in_production_it_has_a_name(production: pytest.MonkeyPatch) -> None:
    production.setattr(given, "ENVIRONMENT", "")
    with pytest.raises(ImproperlyConfigured, match="ENVIRONMENT is ''"):
        given.refuse_unsafe()


@pytest.mark.parametrize("name", ["production", "PRODUCTION", ""])
def test_a_demo_is_not_called_production_and_not_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(given, "ENVIRONMENT", name)
    monkeypatch.setattr(given, "PRODUCTION", False)
    with pytest.raises(ImproperlyConfigured, match=f"ENVIRONMENT is {name!r}: only PORTAL_MODE=production"):
        given.refuse_unsafe()
    monkeypatch.setattr(given, "ENVIRONMENT", "Training")
    given.refuse_unsafe()


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own that reads the settings, and says what became of them."""
    told = "settings.ENVIRONMENT, settings.LIVE, settings.EMAIL_SUBJECT_PREFIX, settings.MAIL_ALLOWED"
    command = [sys.executable, "-c", f"from portal import settings; print(({told}))"]
    plain = {name: value for name, value in os.environ.items() if name not in ("MAIL_PREFIX", "ENVIRONMENT")}
    return subprocess.run(
        command, cwd=PROJECT, env={**plain, **environment}, capture_output=True, text=True, check=False
    )


def test_what_the_variables_come_to() -> None:
    refused = started(ENVIRONMENT="production")
    assert refused.returncode != 0
    assert "The portal does not start" in refused.stderr
    assert "ENVIRONMENT is 'production'" in refused.stderr
    staging = started(ENVIRONMENT=" Staging ", MAIL_ALLOWED="Me@Nordwerk.example, @ACME.example")
    assert staging.stdout.strip() == "('Staging', False, '[Staging] ', ['me@nordwerk.example', '@acme.example'])"
    named = started(MAIL_PREFIX="(test) ")
    assert named.stdout.strip() == "('Demo', False, '(test) ', [])"


# --- What the banner says ---------------------------------------------------------------------------------------------


def banner(language: str = "en") -> str:
    with translation.override(language):
        text = render_to_string("partials/environment.html", {"environment": environment()})
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def test_the_banner_says_where_writing_and_mail_go(settings: Any) -> None:
    settings.LIVE, settings.ENVIRONMENT, settings.ODOO_DB = False, "Staging", "sandbox"
    settings.EMAIL_BACKEND, settings.MAIL_ALLOWED = SMTP, []
    assert banner() == "Staging · not the real portal · Odoo is a sandbox · mail reaches nobody"
    settings.ODOO_DB, settings.ODOO_URL = "odoo", "https://erp.example:8069/odoo"
    settings.MAIL_ALLOWED = ["me@nordwerk.example"]
    assert banner() == (
        "Staging · not the real portal · writes to Odoo at erp.example · mail reaches 1 named address or domain"
    )
    settings.MAIL_ALLOWED = ["me@nordwerk.example", "@acme.example"]
    assert banner().endswith("mail reaches 2 named addresses or domains")
    assert "not the real portal" not in banner("de")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert banner().endswith("mail reaches nobody"), "a folder is no mail server, whoever is allowed"


def test_the_name_cannot_carry_markup(settings: Any) -> None:
    settings.LIVE, settings.ENVIRONMENT = False, "<b>Staging</b>"
    assert "<b>" not in render_to_string("partials/environment.html", {"environment": environment()})


def test_the_real_one_says_nothing(settings: Any) -> None:
    settings.LIVE = True
    assert environment() is None
    assert banner() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/by-mail/0190b6a0-0000-7000-8000-000000000000/x/"])
def test_every_page_at_the_door_says_it(settings: Any, path: str) -> None:
    settings.LIVE, settings.ENVIRONMENT = False, "Staging"
    said = Client(headers={"accept-language": "en"}).get(path).content.decode()
    assert "<strong>Staging</strong>" in said
    settings.LIVE = True
    assert "Staging" not in Client(headers={"accept-language": "en"}).get(path).content.decode()


def test_every_mail_says_it_in_both_of_its_parts() -> None:
    """Whichever template a mail is made of."""
    folder = PROJECT / "templates" / "mail"
    whole = [
        one for one in sorted(folder.glob("*.txt")) if one.with_suffix(".html").exists() and "facts" not in one.name
    ]
    assert len(whole) >= 5
    for one in whole:
        for part in (one, one.with_suffix(".html")):
            if part.stem != "base":
                assert part.read_text().startswith(f'{{% extends "mail/base{part.suffix}" %}}'), part.name
    for name, said in (("R&D", "[R&D: not the real portal]\n\nHello,"), ("", "Hello,")):
        assert render_to_string("mail/base.txt", {"environment": name}).startswith(said)
