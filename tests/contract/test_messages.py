"""Notes on an order, and files on records."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from tests.contract.target import CREATE_ONLY, Client, World, refused

COLUMNS = ["id", "model", "res_id", "body", "message_type", "subtype_id/id"]


@pytest.fixture(scope="module")
def order(world: World) -> Any:
    return world.order()


def test_a_plain_body_is_escaped(odoo: Client, order: Any) -> None:
    message = odoo("purchase.order", "message_post", [order.id], body="<p>Supplier <b>acknowledged</b></p>",
                   message_type="comment", subtype_xmlid="mail.mt_note")  # fmt: skip
    assert isinstance(message, int)
    row = odoo.one("mail.message", message, "body", "message_type", "subtype_id", "author_id", "model", "res_id")
    assert row["body"] == "<p>&lt;p&gt;Supplier &lt;b&gt;acknowledged&lt;/b&gt;&lt;/p&gt;</p>"
    assert (row["message_type"], row["subtype_id"][1]) == ("comment", "Note")
    assert (row["model"], row["res_id"]) == ("purchase.order", order.id)
    assert row["author_id"] == odoo.one("res.users", odoo.uid, "partner_id")["partner_id"]


def test_markup_is_kept_when_asked_for_and_cleaned(odoo: Client, order: Any) -> None:
    body = '<p onclick="x()">Seen <b>twice</b></p><script>alert(1)</script>'
    message = odoo("purchase.order", "message_post", [order.id], body=body, body_is_html=True)
    kept = odoo.one("mail.message", message, "body", "message_type", "subtype_id")
    assert "Seen <b>twice</b>" in kept["body"]
    assert "script" not in kept["body"]
    assert "onclick" not in kept["body"]
    assert (kept["message_type"], kept["subtype_id"][1]) == ("notification", "Note")


def test_line_breaks_stay_line_breaks(odoo: Client, order: Any) -> None:
    message = odoo("purchase.order", "message_post", [order.id], body="one\ntwo")
    assert odoo.one("mail.message", message, "body")["body"] == "<p>one\ntwo</p>"


def test_the_body_must_be_named(odoo: Client, order: Any) -> None:
    with refused("builtins.TypeError"):
        odoo("purchase.order", "message_post", [order.id], "body")


def test_an_unknown_word_is_refused(odoo: Client, order: Any) -> None:
    with refused("builtins.ValueError", "not supported when posting or notifying: bogus"):
        odoo("purchase.order", "message_post", [order.id], body="x", bogus=1)


def test_a_note_on_a_missing_order(odoo: Client) -> None:
    with refused("odoo.exceptions.MissingError"):
        odoo("purchase.order", "message_post", [99999999], body="x")


def test_a_model_without_chatter_takes_no_notes(odoo: Client) -> None:
    with refused("builtins.AttributeError", "message_post"):
        odoo("uom.uom", "message_post", [1], body="x")


def test_a_note_is_found_by_its_marker(odoo: Client, order: Any) -> None:
    marker = f"[portal:{odoo.unique('note')}]"
    message = odoo("purchase.order", "message_post", [order.id], body=f"Agreed {marker}")
    domain = [["model", "=", "purchase.order"], ["res_id", "=", order.id], ["body", "ilike", marker]]
    assert odoo("mail.message", "search", domain) == [message]
    assert message in odoo.one("purchase.order", order.id, "message_ids")["message_ids"]


def test_loading_a_note_is_repeatable(odoo: Client, order: Any) -> None:
    row = [f"portal_sync.{odoo.unique('note')}", "purchase.order", str(order.id), "<p>Promised &amp; agreed</p>",
           "comment", "mail.mt_note"]  # fmt: skip
    first = odoo("mail.message", "load", COLUMNS, [row], context=CREATE_ONLY)
    assert first["messages"] == []
    assert odoo("mail.message", "load", COLUMNS, [row], context=CREATE_ONLY) == first
    message = odoo.one("mail.message", first["ids"][0], "body", "author_id", "subtype_id", "message_type")
    assert message["body"] == "<p>Promised &amp; agreed</p>"
    assert message["author_id"] == odoo.one("res.users", odoo.uid, "partner_id")["partner_id"]
    assert (message["subtype_id"][1], message["message_type"]) == ("Note", "comment")
    assert first["ids"][0] in odoo.one("purchase.order", order.id, "message_ids")["message_ids"]


def test_a_plain_repeat_of_a_loaded_note_is_refused(odoo: Client, order: Any) -> None:
    row = [f"portal_sync.{odoo.unique('note')}", "purchase.order", str(order.id), "<p>x</p>", "comment", "mail.mt_note"]
    assert odoo("mail.message", "load", COLUMNS, [row], context={"tz": "UTC"})["ids"]
    answer = odoo("mail.message", "load", COLUMNS, [row], context={"tz": "UTC"})
    assert answer["ids"] is False
    assert "Only administrators can modify 'model' and 'res_id' fields." in answer["messages"][0]["message"]


def test_a_bare_loaded_body_gets_a_paragraph(odoo: Client, order: Any) -> None:
    row = [f"portal_sync.{odoo.unique('note')}", "purchase.order", str(order.id), "bare", "comment", "mail.mt_note"]
    (message,) = odoo("mail.message", "load", COLUMNS, [row], context=CREATE_ONLY)["ids"]
    assert odoo.one("mail.message", message, "body")["body"] == "<p>bare</p>"


def test_loading_a_note_on_a_missing_order(odoo: Client) -> None:
    row = [f"portal_sync.{odoo.unique('note')}", "purchase.order", "99999999", "x", "comment", "mail.mt_note"]
    answer = odoo("mail.message", "load", COLUMNS, [row], context=CREATE_ONLY)
    assert answer["ids"] is False
    assert "Record does not exist or has been deleted." in answer["messages"][0]["message"]


def test_a_note_on_nothing_cannot_be_deleted(odoo: Client) -> None:
    """Loading a bare key makes an empty message, and its maker cannot get rid of it: look keys up otherwise."""
    (message,) = odoo("mail.message", "load", ["id"], [[f"portal_sync.{odoo.unique('note')}"]])["ids"]
    with refused("odoo.exceptions.AccessError", "Operation: unlink"):
        odoo("mail.message", "unlink", [message])


def test_a_user_without_an_address_cannot_post(admin: Client, order: Any, target: Any) -> None:
    login = admin.unique("silent")
    groups = [admin.reference(group) for group in ("base.group_user", "purchase.group_purchase_user")]
    admin("res.users", "create", {"name": login, "login": login, "password": login, "groups_id": [[6, 0, groups]]})
    silent = Client(target, login, login)
    with refused("odoo.exceptions.UserError", "configure the sender's email address"):
        silent("purchase.order", "message_post", [order.id], body="x")


# Files


def test_a_file_is_stored_once_per_content(odoo: Client, order: Any) -> None:
    content = f"%PDF-1.4 {odoo.unique('file')}".encode()
    values = {"name": "CoA.pdf", "res_model": "purchase.order", "res_id": order.id,
              "datas": base64.b64encode(content).decode()}  # fmt: skip
    (file,) = odoo("ir.attachment", "create", [values])
    row = odoo.one("ir.attachment", file, "name", "checksum", "file_size", "mimetype", "store_fname", "type", "datas")
    checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    assert (row["checksum"], row["file_size"], row["type"]) == (checksum, len(content), "binary")
    assert row["mimetype"] == "application/pdf"
    assert row["store_fname"] == f"{checksum[:2]}/{checksum}"
    assert base64.b64decode(row["datas"]) == content
    found = [["res_model", "=", "purchase.order"], ["res_id", "=", order.id], ["checksum", "=", checksum]]
    assert odoo("ir.attachment", "search", found) == [file]


def test_raw_keeps_the_text_itself(odoo: Client, order: Any) -> None:
    (file,) = odoo("ir.attachment", "create", [{"name": "a.txt", "res_model": "purchase.order", "res_id": order.id,
                                                "raw": "JVBERi0="}])  # fmt: skip
    assert odoo.one("ir.attachment", file, "file_size")["file_size"] == 8


def test_a_file_goes_with_a_note(odoo: Client, order: Any) -> None:
    (file,) = odoo("ir.attachment", "create", [{"name": "a.txt", "res_model": "purchase.order", "res_id": order.id,
                                                "datas": base64.b64encode(b"x").decode()}])  # fmt: skip
    message = odoo("purchase.order", "message_post", [order.id], body="see file", attachment_ids=[file])
    assert odoo.one("mail.message", message, "attachment_ids")["attachment_ids"] == [file]


def test_files_load_with_a_key(odoo: Client, order: Any) -> None:
    row = [f"portal_sync.{odoo.unique('file')}", "a.txt", "purchase.order", str(order.id),
           base64.b64encode(b"content").decode()]  # fmt: skip
    columns = ["id", "name", "res_model", "res_id", "datas"]
    first = odoo("ir.attachment", "load", columns, [row], context=CREATE_ONLY)
    assert odoo("ir.attachment", "load", columns, [row], context=CREATE_ONLY) == first
    assert odoo.one("ir.attachment", first["ids"][0], "checksum")["checksum"] == (
        hashlib.sha1(b"content", usedforsecurity=False).hexdigest()
    )
