"""Languages: German has no holes, and another one comes by translation files alone."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from integrations.office.odoo import records
from portal.settings import languages_in
from portal.web.templatetags.portal import day, quantity
from suppliers.actions.accounts import door, tell
from suppliers.models import User
from suppliers.numbers import read_number, write_number
from tests.mail import post_mails

pytestmark = pytest.mark.django_db
SPOKEN = ("portal", "suppliers", "documents", "quality", "integrations", "templates")
GERMAN = Path("portal/web/locale/de/LC_MESSAGES/django.po")
MAKE = ("makemessages", "--locale=de", "--no-location", "--no-wrap", "--no-obsolete", "--ignore=sandbox")


def messages(po: str) -> dict[str, str]:
    """The entries of a .po file: the head of each (flags, context, words), and its translation."""
    heads = [entry.partition("\nmsgstr") for entry in po.strip().split("\n\n")[1:]]
    return {head: f"msgstr{text}" for head, _cut, text in heads}


def catalogue(mo: Path) -> dict[Any, str]:
    with mo.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def test_german_is_complete(tmp_path: Path) -> None:
    """Every word that is said has its German one, none is a guess, and none is left of what nobody says any more."""
    for name in SPOKEN:
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc", "sandbox"))
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    subprocess.run([sys.executable, "manage.py", *MAKE], cwd=tmp_path, check=True, capture_output=True)
    kept, found = (messages((place / GERMAN).read_text()) for place in (settings.BASE_DIR, tmp_path))
    assert len(found) > 300
    assert sorted(found.keys() - kept.keys()) == [], "said, and not in the German file: run makemessages"
    assert sorted(kept.keys() - found.keys()) == [], "in the German file, and said no more: run makemessages"
    assert [head for head in kept if "fuzzy" in head] == []
    assert [head for head, text in kept.items() if re.search(r'^msgstr(\[\d\])? ""$(?!\n")', text, re.MULTILINE)] == []


def test_a_german_plural_names_what_the_english_one_names() -> None:
    """Words that were cut to one letter are words to every other check."""
    named = re.compile(r"%\(\w+\)")
    wrong = []
    for head, text in messages((settings.BASE_DIR / GERMAN).read_text()).items():
        _one, several, plural = head.partition("\nmsgid_plural")
        if several and set(named.findall(plural)) - set(named.findall(text.partition("\nmsgstr[1]")[2])):
            wrong.append(plural.strip())
    assert wrong == []


def test_the_compiled_german_is_that_of_the_file(tmp_path: Path) -> None:
    """What people read is compiled; a translation that only stands in the file is said to nobody."""
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-o", made, settings.BASE_DIR / GERMAN], check=True)
    assert catalogue(made) == catalogue(settings.BASE_DIR / GERMAN.with_suffix(".mo"))


# --- A language nobody wrote a line of code for ---------------------------------------------------------------------

POLISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Sign in"
msgstr "Zaloguj się"

msgid "Orders"
msgstr "Zamówienia"

msgctxt "date format"
msgid "D j M Y"
msgstr "D, j M Y"

msgid "Hello %(name)s,"
msgstr "Dzień dobry, %(name)s!"

msgid "in %(days)d day"
msgid_plural "in %(days)d days"
msgstr[0] "za %(days)d dzień"
msgstr[1] "za %(days)d dni"
msgstr[2] "za %(days)d dni"
"""


@pytest.fixture
def polish(settings: Any, tmp_path: Path) -> Any:
    """Beside German there is a Polish catalogue. Nothing else is done."""
    folder = tmp_path / "locale"
    for code, words in (("de", (settings.BASE_DIR / GERMAN).read_text()), ("pl", POLISH)):
        place = folder / code / "LC_MESSAGES"
        place.mkdir(parents=True)
        (place / "django.po").write_text(words)
        subprocess.run(["msgfmt", "-o", place / "django.mo", place / "django.po"], check=True)
    (folder / "fr" / "LC_MESSAGES").mkdir(parents=True)  # begun, not compiled: not offered
    settings.LOCALE_PATHS = [folder]
    settings.LANGUAGES = languages_in(folder)
    return settings


def test_a_language_is_offered_once_it_is_compiled(polish: Any) -> None:
    assert polish.LANGUAGES == [("en", "English"), ("de", "Deutsch"), ("pl", "polski")]


def test_a_third_language_needs_translation_files_only(polish: Any, client: Client, people: dict[str, User]) -> None:
    entrance = client.get(reverse("account_login"), headers={"Accept-Language": "pl"}).content.decode()
    assert "Zaloguj się" in entrance
    assert '<html lang="pl"' in entrance
    for code, name in polish.LANGUAGES:
        assert re.search(rf'value="{code}"\s+lang="{code}"[^>]*>{name}<', entrance)
    anna = people["anna"]
    client.force_login(anna)
    client.post(reverse("language"), {"language": "pl"})
    anna.refresh_from_db()
    assert anna.language == "pl"
    home = client.get("/").content.decode()
    assert "Zamówienia" in home
    tell(actor=door(anna.name), person=anna, what="account/email/password_changed", at=timezone.now())
    (mail,) = post_mails()
    assert "Dzień dobry, Anna Abel!" in str(mail.body)
    assert records.language("pl_PL") == "pl"
    assert records.language("fr_FR") == "en"
    with translation.override("pl"):
        assert (quantity("1250.5"), read_number("1 250,5"), write_number(read_number("2,5"))) == (
            "1\u00a0250,5", read_number("1250.5"), "2,5"
        )  # fmt: skip
        assert "Śr, 9 Gru 2026" in day("2026-12-09")
