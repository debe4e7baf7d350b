"""Truth tables: certificates of real issuers against their own data, printed with precision and recall."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from documents.inspection import warden
from quality.reading.claims import Claim, Doubt, Reading, Row
from quality.reading.folding import code_of, fold, sides
from quality.reading.papers import read
from quality.reading.values import Unclear, read_value
from tests.quality.truth import SAMPLES, Fact, papers, truth_of

pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the real certificates are not beside the project")
NOTE = re.compile(r"\s\d$")


def certain(claim: Claim | None) -> list[Decimal | str]:
    """The values of a claim that are certain: numbers, or words folded."""
    if claim is None or claim.doubt is not Doubt.NONE:
        return []
    said = read_value(claim.text)
    if said.doubt is not Unclear.NO:
        return []
    if said.values:
        return [end for value in said.values for end in {value.interval.low, value.interval.high} if end is not None]
    if said.interval is not None:
        return [end for end in {said.interval.low, said.interval.high} if end is not None]
    return [fold(claim.text)]


def labels(row: Row) -> set[str]:
    said = [row.label.text, NOTE.sub("", row.label.text), code_of(row.label.text)]
    said += [NOTE.sub("", side) for side in sides(row.label.text)]
    return {fold(text) for text in [*said, row.symbol.text if row.symbol else ""] if text}


def values(row: Row) -> list[Decimal | str]:
    return [value for claim in [*row.values, row.mean] for value in certain(claim)]


def is_right(fact: Fact, row: Row) -> bool:
    found = values(row)
    return bool(fact.names & labels(row)) and all(value in found for value in fact.values)


def score(found: Reading, facts: tuple[Fact, ...], counts: Counter[str], wrong: list[str]) -> None:
    left = list(found.rows)
    for fact in facts:
        counts["rows"] += 1
        row = next((row for row in left if is_right(fact, row)), None)
        if row is None:
            continue
        left.remove(row)
        counts["rows right"] += 1
        for wanted, said in ((fact.least, row.least), (fact.most, row.most)):
            if wanted is not None:
                counts["limits"] += 1
                counts["limits right"] += wanted in certain(said)
            elif certain(said):
                wrong.append(f"limit {row.label.text} {said and said.text}")
    missed = [fact for fact in facts if not any(is_right(fact, row) for row in found.rows)]
    wrong += [
        f"{row.label.text}: {values(row)}"
        for row in left
        if values(row) and any(fact.names & labels(row) for fact in missed)
    ]


def test_certificates_with_a_usable_text_layer(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    by_field: Counter[str] = Counter()
    wrong: list[str] = []
    table = []
    for path in papers():
        looked = warden.letters(path, most_pages=20)
        assert looked.paper is not None, looked.refusal
        truth, found = truth_of(path), read(looked.paper)
        before = counts["rows right"]
        score(found, truth.facts, counts, wrong)
        table.append(f"{path.stem:55} {counts['rows right'] - before:3} of {len(truth.facts)} rows")
        for field, right in truth.named.items():
            by_field[field] += 1
            said = {fold(one.value.text) for one in found.named if one.what is field and not one.value.doubt}
            by_field[f"{field} right"] += bool(said & right)
    recall = counts["rows right"] / counts["rows"]
    precision = counts["rows right"] / (counts["rows right"] + len(wrong))
    with capsys.disabled():
        print("\n" + "\n".join(table))
        print(f"rows: recall {recall:.1%} of {counts['rows']}, precision {precision:.1%}; wrong: {wrong}")
        print(f"limits: {counts['limits right']} of {counts['limits']}")
        for field in sorted(field for field in by_field if not field.endswith(" right")):
            print(f"{field}: {by_field[f'{field} right']} of {by_field[field]}")
    assert recall >= 0.95
    assert wrong == []
    assert counts["limits right"] >= 0.95 * counts["limits"]
