"""What the buttons of the form do to a notice, and nothing else."""

from __future__ import annotations

from suppliers.pages.shipments_form import press


def test_what_stands_on_a_pallet_is_packed_into_cartons_on_it() -> None:
    """Whichever of the two buttons is pressed first."""
    loose = {"line": "a", "quantity": "30"}
    first, other = ({"lines": [dict(loose)], "units": []} for _turn in range(2))
    for said, commands in ((first, ("cartons", "pallet")), (other, ("pallet", "cartons"))):
        for command in commands:
            assert press(said, command, {}, count="3") == ""
    assert press(other, "cartons", {}, count="2") != ""
    for said in (first, other):
        kinds = {unit["ref"]: unit["kind"] for unit in said["units"]}
        stands = [kinds.get(unit.get("within")) for unit in said["units"]]
        assert sorted(zip(kinds.values(), stands, strict=True), key=str) == [
            *([("carton", "pallet")] * 3), ("pallet", None),
        ]  # fmt: skip
        assert [(one["quantity"], kinds[one["within"]]) for one in said["lines"]] == [("10", "carton")] * 3
