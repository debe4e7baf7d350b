"""Shipments by the API: the same acts and codes as everywhere, and what HTTP adds to them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from suppliers.api import shipments as door
from suppliers.models import HandlingUnit, Membership, OrderLine, Shipment, ShipmentVersion
from suppliers.states import Role
from tests.cast import SET_UP, Cast, doing, everything, fresh_lines
from tests.shipping import body, confirmed, row, sent

AT = "/api/v1/shipments/"


class Api:
    """A program with a token."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(AT + path, query)

    def say(self, method: str, path: str, said: Any, **headers: str) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        text = said if isinstance(said, bytes) else json.dumps(said)
        return getattr(self.client, method)(AT + path, text, content_type="application/json", headers=names)

    def post(self, said: Any, path: str = "", **headers: str) -> Any:
        return self.say("post", path, said, **headers)


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(cast.tokens["writer"].secret)


@pytest.fixture
def line(cast: Cast) -> OrderLine:
    (line,) = fresh_lines(confirmed(cast))
    return line


def count() -> int:
    with everything():
        return Shipment.objects.count()


def test_a_notice_is_announced_read_and_listed(api: Api, line: OrderLine) -> None:
    units = [{"ref": "P", "kind": "pallet"}, {"ref": "C", "kind": "carton", "within": "P"}]
    made = api.post(body(row(line, 40, lot="L1", within="C"), row(line, "2.0", within="P"), units=units))
    assert made.status_code == 201, made.json()
    told = made.json()
    assert (told["label"], told["version"], told["state"], told["lines"]) == ("S1", 1, "submitted", 2)
    assert told["units"] == [{"ref": "P", "plate": "000000000"}, {"ref": "C", "plate": "000000001"}]
    assert made["ETag"] == '"1-submitted"'
    read = api.get(f"{told['id']}/")
    assert read["ETag"] == made["ETag"]
    assert [(one["quantity"], one["lot"], one["within"]) for one in read.json()["lines"]] == [
        ("40", "L1", "000000001"),
        ("2", "", "000000000"),
    ]
    assert [one["within"] for one in read.json()["units"]] == ["", "000000000"]
    assert [one["sync"] for one in read.json()["orders"]] == ["waiting"]
    for query in (
        {"q": "s1"},
        {"q": "LS-1"},
        {"q": line.order.number},
        {"order": str(line.order_id)},
        {"plant": "HAM"},
    ):
        assert [one["id"] for one in api.get(**query).json()["results"]] == [told["id"]], query
    assert api.get(state="cancelled").json()["results"] == []


def test_a_rehearsal_answers_what_the_call_would(api: Api, line: OrderLine) -> None:
    said = body(row(line, 40, within="P"), units=[{"ref": "P", "kind": "pallet"}], arrives_on="2099-01-01")
    wrong = api.post(said, "?dry_run=true")
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == api.post(said).json()["errors"]
    said = body(row(line, 40, within="P"), units=[{"ref": "P", "kind": "pallet"}])
    tried = api.post(said, "?dry_run=true")
    assert (tried.status_code, count()) == (200, 0)
    done = api.post(said)
    same = {"id": None, "dry_run": None}
    assert tried.json() | same == done.json() | same


def test_a_key_makes_it_safe_to_repeat(api: Api, line: OrderLine) -> None:
    said = body(row(line, 40, within="P"), units=[{"ref": "P", "kind": "pallet"}])
    first, again = api.post(said, Idempotency_Key="k"), api.post(said, Idempotency_Key="k")
    assert (first.status_code, first.json(), count()) == (201, again.json(), 1)
    assert api.post(body(row(line, 1)), Idempotency_Key="k").json()["code"] == "idempotency_key_reused"
    corrected = body(row(line, 30)) | {"reason": "Counted"}
    at = f"{first.json()['id']}/"
    for _time in range(2):
        answer = api.say("put", at, corrected, If_Match=first["ETag"], Idempotency_Key="p")
        assert (answer.status_code, answer.json()["version"]) == (200, 2)


def test_hints_are_told_and_stop_nothing(api: Api, cast: Cast, line: OrderLine) -> None:
    late = line.requested_date.replace(year=line.requested_date.year)
    later = body(row(line, 40), arrives_on=(late.fromordinal(late.toordinal() + 7)).isoformat())
    hints = api.post(later, Idempotency_Key="h").json()["hints"]
    assert [(hint["code"], hint["pointer"]) for hint in hints] == [("late", "/lines/0")]
    assert api.post(later, Idempotency_Key="h").json()["hints"] == hints


def test_faults_are_named_by_pointer(api: Api, line: OrderLine) -> None:
    refused = api.post(body(row(line, 200), {"line": str(line.pk), "quantity": "x\ud800"}, delivery_note="\ud800"))
    assert refused.status_code == 422
    assert [(one["code"], one["pointer"]) for one in refused.json()["errors"]] == [
        ("characters", "/delivery_note"),
        ("number", "/lines/1/quantity"),
        ("over_shipment", "/lines/0/quantity"),
    ]
    assert count() == 0


@pytest.mark.parametrize("weight", ["1000000000", "0.0005", "-1", "NaN"])
def test_a_weight_that_cannot_be_kept_is_refused(api: Api, line: OrderLine, weight: str) -> None:
    units = [{"ref": "P", "kind": "pallet", "gross_weight": weight}]
    errors = api.post(body(row(line, 1, within="P"), units=units)).json()["errors"]
    assert [one["pointer"] for one in errors] == ["/units/0/gross_weight"]


def test_a_notice_larger_than_the_limit_is_refused_whole(
    api: Api, line: OrderLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_megabytes = b" " * 3_000_000 + json.dumps(body(row(line, 1))).encode()
    assert api.post(three_megabytes, "?dry_run=true").status_code == 200
    monkeypatch.setattr(door, "LARGEST", 100)
    refused = api.post(body(row(line, 1)))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def test_a_correction_says_what_it_looked_at(api: Api, line: OrderLine) -> None:
    first = api.post(body(row(line, 40)))
    at, corrected = f"{first.json()['id']}/", body(row(line, 30), reason="Counted again")
    assert api.say("put", at, corrected).status_code == 428
    for stale in ('"9-submitted"', '"1-draft"', 'W/"1-submitted"', "what"):
        answer = api.say("put", at, corrected, If_Match=stale)
        assert (answer.status_code, answer.json()["code"]) == (412, "stale"), stale
    done = api.say("put", at, corrected, If_Match=first["ETag"])
    assert (done.status_code, done.json()["version"], done["ETag"]) == (200, 2, '"2-submitted"')
    assert api.say("put", at, corrected, If_Match='"1-submitted"', Idempotency_Key="x").status_code == 412
    with everything():
        reasons = ShipmentVersion.objects.order_by("number").values_list("reason", flat=True)
        assert list(reasons) == ["", "Counted again"]


def test_cancelling_needs_what_was_looked_at_and_a_reason(api: Api, line: OrderLine) -> None:
    first = api.post(body(row(line, 40)))
    at = f"{first.json()['id']}/cancel/"
    assert api.post({"reason": "Truck broke"}, at).status_code == 428
    assert api.post({"reason": " "}, at, If_Match=first["ETag"]).json()["errors"][0]["pointer"] == "/reason"
    tried = api.post({"reason": "Truck broke"}, at + "?dry_run=true", If_Match=first["ETag"])
    assert (tried.json()["state"], api.get(at.removesuffix("cancel/")).json()["state"]) == ("cancelled", "submitted")
    done = api.post({"reason": "Truck broke"}, at, If_Match="*")
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")
    assert api.post({"reason": "Again"}, at, If_Match=done["ETag"]).json()["code"] == "wrong_state"


def test_what_may_be_shipped_is_listed_until_it_is(api: Api, cast: Cast) -> None:
    first, second = fresh_lines(confirmed(cast, cast.line(100), cast.line(40)))
    sent(cast, row(first, 60))
    answer = api.get("open-lines/").json()["results"]
    assert [(one["position"], one["open"], one["announced"]) for one in answer] == [(1, "40", "60"), (2, "40", "0")]
    assert answer[0]["next_date"] == first.requested_date.isoformat()
    sent(cast, row(second, 40), delivery_note="LS-2")
    found, cursor = [], ""
    while True:
        page = api.get("open-lines/", limit=1, cursor=cursor).json()
        found += [one["position"] for one in page["results"]]
        if not (cursor := page["next"]):
            break
    assert found == [1]


def test_who_ships_for_several_suppliers_names_one(cast: Cast, line: OrderLine) -> None:
    assert Api(cast.tokens["decider"].secret).post(body(row(line, 1))).status_code == 403
    with doing(SET_UP):
        Membership.objects.create(user=cast.people["sven"], supplier=cast.borealis, role=Role.SHIPPING)
    sven = Client()
    sven.force_login(cast.people["sven"])
    said = {"data": json.dumps(body(row(line, 1))), "content_type": "application/json"}
    assert sven.post(AT, **said).json()["errors"][0]["pointer"] == "/supplier"
    assert sven.post(f"{AT}?supplier={cast.borealis.public_id}", **said).json()["errors"][0]["code"] == "unknown_line"
    assert sven.post(f"{AT}?supplier={cast.acme.public_id}", **said).status_code == 201


def test_ten_thousand_units_come_back_with_their_numbers(api: Api, cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast, cast.line(10_000)))
    units = [{"ref": f"carton {at}", "kind": "carton"} for at in range(10_000)]
    rows = [row(line, 1, lot=f"LOT-{at:06d}", made_on="2026-10-01", within=f"carton {at}") for at in range(10_000)]
    answer = api.post(body(*rows, units=units), Idempotency_Key="large")
    assert answer.status_code == 201, answer.content[:500]
    told = answer.json()["units"]
    assert (told[9_999], told[0]["plate"]) == ({"ref": "carton 9999", "plate": "000009999"}, "000000000")
    with everything():
        assert HandlingUnit.objects.count() == 10_000


def test_an_address_without_its_last_slash_is_the_same(api: Api, line: OrderLine) -> None:
    """A redirect would make a GET of it in most clients, and its answer of 200 would look like success."""
    said = json.dumps(body(row(line, 40, lot="L1")))
    made = api.client.post("/api/v1/shipments?dry_run=true", said, content_type="application/json")
    assert (made.status_code, made.json()["dry_run"], count()) == (200, True, 0)
    made = api.client.post(AT.removesuffix("/"), said, content_type="application/json")
    assert (made.status_code, count()) == (201, 1)
    assert api.client.get("/api/v1/no-such-thing").status_code == 404
    assert api.client.get("/orders").status_code == 301
