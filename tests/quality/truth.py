"""What the issuers' own data say of their certificates, for the truth tables: JSON of four families of schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings

from quality.reading.folding import fold
from quality.reading.vocabulary import Field

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples" / "coa"
"""Real certificates beside the project, where they are."""
CODE = re.compile(r"C\d{2}")


@dataclass(frozen=True)
class Fact:
    """One result, with its limits."""

    names: frozenset[str]
    """Folded; any of them may be printed."""
    values: tuple[Decimal | str, ...]
    """Numbers, or words folded: all that are printed of it, the mean last."""
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True)
class Truth:
    """What one certificate says."""

    facts: tuple[Fact, ...]
    named: Mapping[Field, frozenset[str]]
    """Folded; any of them is right."""


def papers() -> list[Path]:
    """The certificates that have their data beside them, as PDF."""
    return sorted(path for path in SAMPLES.glob("*.pdf") if path.with_suffix(".json").exists())


def truth_of(path: Path) -> Truth:
    """What the issuer's data say of a PDF."""
    said = json.loads(path.with_suffix(".json").read_text())
    if "DigitalMaterialPassport" in said:
        passport = said["DigitalMaterialPassport"]
        return Truth(tuple(_of_passport(passport)), _passport_names(passport))
    certificate = said.get("Certificate", said)
    if "Inspection" in certificate:
        return Truth(tuple(_of_en10168(certificate)), _en10168_names(certificate))
    return Truth(tuple(_of_coa(certificate)), _coa_names(certificate))


# --- Results ----------------------------------------------------------------------------------------------------------


def _of_coa(certificate: Mapping[str, Any]) -> Iterator[Fact]:
    for one in (certificate.get("Analysis") or certificate).get("Inspections", []):
        yield _fact([one["Property"]], [one["Value"]], one.get("Minimum"), one.get("Maximum"))


def _of_passport(passport: Mapping[str, Any]) -> Iterator[Fact]:
    analyses = passport.get("ChemicalAnalysis") or []
    for analysis in analyses if isinstance(analyses, list) else [analyses]:
        for one in analysis.get("Elements", []):
            yield from _measured(one)
    for part in ("MechanicalProperties", "PhysicalProperties"):
        for one in passport.get(part) or []:
            yield from _measured(one)


def _measured(one: Mapping[str, Any]) -> Iterator[Fact]:
    actual = one.get("Actual") or {}
    values: list[Any] = []
    if actual.get("ResultType") in ("numeric", "textual"):
        values = [actual["Value"]]
    elif actual.get("ResultType") == "multiValue":
        values = [value["Value"] for value in actual["Values"]]
        if mean := actual.get("Statistics", {}).get("Average"):
            values.append(mean["Value"])
    if values:
        names = [one.get("PropertySymbol"), one.get("PropertyName")]
        yield _fact(names, values, _inside(one, "Minimum"), _inside(one, "Maximum"))


def _of_en10168(certificate: Mapping[str, Any]) -> Iterator[Fact]:
    inspections = certificate["Inspection"]
    for inspection in inspections if isinstance(inspections, list) else [inspections]:
        for part, fields in inspection.items():
            if not isinstance(fields, dict):
                continue
            for code, one in fields.items():
                if part == "ChemicalComposition" and isinstance(one, dict) and "Actual" in one:
                    limits = _inside(one, "Minimum"), _inside(one, "Maximum")
                    yield _fact([one["Symbol"]], [_inside(one, "Actual")], *limits)
                elif CODE.match(code) and isinstance(one, dict) and "Value" in one:
                    names = [one.get("Property"), one.get("Key"), code]
                    yield _fact(names, [one["Value"]], one.get("Minimum"), one.get("Maximum"))
                elif CODE.match(code) and isinstance(one, list) and one and "Value" in one[0]:
                    yield _fact([code], [value["Value"] for value in one])


def _inside(one: Mapping[str, Any], name: str) -> Any:
    found = one.get(name)
    return found.get("Value") if isinstance(found, dict) else found


def _fact(names: Iterable[str | None], values: Iterable[Any], least: Any = None, most: Any = None) -> Fact:
    return Fact(
        frozenset(fold(name) for name in names if name), tuple(map(_value, values)), _number(least), _number(most)
    )


def _value(said: Any) -> Decimal | str:
    number = _number(said)
    return fold(str(said)) if number is None else number


def _number(said: Any) -> Decimal | None:
    if said is None or isinstance(said, bool):
        return None
    try:
        return Decimal(str(said).replace(",", "."))
    except InvalidOperation:
        return None


# --- Names ------------------------------------------------------------------------------------------------------------


def _coa_names(certificate: Mapping[str, Any]) -> Mapping[Field, frozenset[str]]:
    order = certificate.get("BusinessTransaction", {}).get("Order", {})
    delivery = certificate.get("BusinessTransaction", {}).get("Delivery", {})
    product = certificate.get("Product", {})
    return _names(
        {
            Field.NUMBER: [certificate.get("Id")],
            Field.ORDER: [order.get("Id")],
            Field.DELIVERY: [delivery.get("Id")],
            Field.PRODUCTION: [product.get("ProductionBatchId")],
            Field.FILLING: [product.get("FillingBatchId")],
            Field.ITEM: [product.get("Id"), order.get("CustomerProductId")],
        }
    )


def _passport_names(passport: Mapping[str, Any]) -> Mapping[Field, frozenset[str]]:
    business = (passport.get("TransactionData") or passport).get("BusinessTransaction", {})
    analyses = passport.get("ChemicalAnalysis") or {}
    analyses = analyses if isinstance(analyses, list) else [analyses]
    return _names(
        {
            Field.NUMBER: [passport.get("Id")],
            Field.ISSUED: [passport.get("IssueDate")],
            Field.ORDER: [business.get("Order", {}).get("Id")],
            Field.DELIVERY: [business.get("Delivery", {}).get("Id")],
            Field.LOT: [passport.get("Product", {}).get("BatchId")],
            Field.HEAT: [analysis.get("HeatNumber") for analysis in analyses],
            Field.MADE: [passport.get("Product", {}).get("ProductionDate")],
        }
    )


def _en10168_names(certificate: Mapping[str, Any]) -> Mapping[Field, frozenset[str]]:
    trade = certificate.get("CommercialTransaction", {})
    inspections = certificate["Inspection"]
    lots = [one.get("C00") for one in (inspections if isinstance(inspections, list) else [inspections])]
    return _names(
        {
            Field.NUMBER: [trade.get("A03")],
            Field.ORDER: [trade.get("A07")],
            Field.DELIVERY: [trade.get("A98")],
            Field.ITEM: [trade.get("A09")],
            Field.LOT: [lot for lot in lots if lot and any(letter.isdigit() for letter in lot)],
        }
    )


def _names(said: Mapping[Field, Iterable[Any]]) -> Mapping[Field, frozenset[str]]:
    found = {field: frozenset(fold(str(one)) for one in values if one) for field, values in said.items()}
    return {field: values for field, values in found.items() if values}
