"""Certificates as they are laid out: typed, so that what is read stands beside what is seen."""

from __future__ import annotations

from quality.reading.claims import Claim, Reading, Row
from quality.reading.vocabulary import Field
from tests.quality.typeset import reading


def text(said: Claim | None) -> str:
    return said.text if said else ""


def rows(found: Reading) -> list[tuple[str, ...]]:
    """Label, unit, values, lower and upper limit of each row."""
    return [_row(row) for row in found.rows]


def _row(row: Row) -> tuple[str, ...]:
    values = " ; ".join(text(value) for value in row.values)
    return (text(row.label), text(row.unit), values, text(row.least) or text(row.limits), text(row.most))


def named(found: Reading) -> list[tuple[Field, str]]:
    return [(one.what, one.value.text) for one in found.named]


def test_a_line_for_each_property() -> None:
    found = reading(
        """
        CERTIFICATE OF ANALYSIS

        Product:  Citric acid, anhydrous       Batch No.:  CA-2026-117
        Order no.:  P00012                     Manufacturing date:  2026-03-01
        Expiry date:  2029-02-28

        Test                     Unit    Min     Max     Result    Method
        Assay                    %       99.5    100.5   99.8      USP
        Water                    %               0.5     0.12      Ph. Eur. 2.5.12
        Heavy metals             mg/kg           5       <1        ICP-MS
        Appearance                                       conforms

        Released by the quality department on the day above and valid without a signature.
        """
    )
    assert rows(found) == [
        ("Assay", "%", "99.8", "99.5", "100.5"),
        ("Water", "%", "0.12", "", "0.5"),
        ("Heavy metals", "mg/kg", "<1", "", "5"),
        ("Appearance", "", "conforms", "", ""),
    ]
    assert named(found) == [
        (Field.PRODUCT, "Citric acid, anhydrous"),
        (Field.LOT, "CA-2026-117"),
        (Field.ORDER, "P00012"),
        (Field.MADE, "2026-03-01"),
        (Field.EXPIRES, "2029-02-28"),
        (Field.KIND, "CERTIFICATE OF ANALYSIS"),
    ]


def test_in_german_with_limits_in_one_column() -> None:
    found = reading(
        """
        Analysenzertifikat

        Artikel: PE-HD Granulat      Chargen-Nr.: 4711-22

        Prüfmerkmal            Einheit      Spezifikation     Ergebnis
        Schmelzindex           g/10 min     6,0 - 9,0         7,4
        Dichte                 g/cm³        0,950 - 0,960     0,954
        Feuchte                %            max. 0,05         < 0,01
        """
    )
    assert rows(found) == [
        ("Schmelzindex", "g/10 min", "7,4", "6,0 - 9,0", ""),
        ("Dichte", "g/cm³", "0,954", "0,950 - 0,960", ""),
        ("Feuchte", "%", "< 0,01", "max. 0,05", ""),
    ]
    assert (Field.LOT, "4711-22") in named(found)


def test_headings_and_labels_over_two_lines() -> None:
    found = reading(
        """
        Property /                 Value /      Lower        Upper
        +Eigenschaft                Wert         limit        limit
        Melt flow rate /           31           15           35
        +Schmelzindex
        Density                    0.95         0.94         0.96
        """
    )
    assert rows(found) == [
        ("Melt flow rate / Schmelzindex", "", "31", "15", "35"),
        ("Density", "", "0.95", "0.94", "0.96"),
    ]


def test_elements_beside_one_another() -> None:
    found = reading(
        """
        Heat No.: 175508

        Chemical composition (ladle)
                  C       Si      Mn      P        S
        Min               0.15    1.20
        Max       0.20    0.55    1.60    0.025    0.015
        Actual    0.17    0.28    1.38    0.014    0.002
        """
    )
    assert [(label, value, least, most) for label, _unit, value, least, most in rows(found)] == [
        ("C", "0.17", "", "0.20"),
        ("Si", "0.28", "0.15", "0.55"),
        ("Mn", "1.38", "1.20", "1.60"),
        ("P", "0.014", "", "0.025"),
        ("S", "0.002", "", "0.015"),
    ]


def test_a_line_for_each_heat() -> None:
    found = reading(
        """
        Heat No.     C        Si       Mn       Rm       A
                     %        %        %        MPa      %
        Min                   0.15     1.20     470      20
        Max          0.20     0.55     1.60     630
        H4711        0.17     0.28     1.38     512      24
        H4712        0.18     0.30     1.41     520      23
        """
    )
    by_heat = {}
    for row in found.rows:
        by_heat.setdefault(row.section, []).append(
            (text(row.label), text(row.unit), text(row.values[0]), text(row.least), text(row.most))
        )
    lots = {one.section: one.value.text for one in found.named if one.what is Field.HEAT}
    assert {lots[section]: said for section, said in by_heat.items()} == {
        "H4711": [
            ("C", "%", "0.17", "", "0.20"),
            ("Si", "%", "0.28", "0.15", "0.55"),
            ("Mn", "%", "1.38", "1.20", "1.60"),
            ("Rm", "MPa", "512", "470", "630"),
            ("A", "%", "24", "20", ""),
        ],
        "H4712": [
            ("C", "%", "0.18", "", "0.20"),
            ("Si", "%", "0.30", "0.15", "0.55"),
            ("Mn", "%", "1.41", "1.20", "1.60"),
            ("Rm", "MPa", "520", "470", "630"),
            ("A", "%", "23", "20", ""),
        ],
    }


def test_two_tables_beside_one_another() -> None:
    found = reading(
        """
        Parameter      Unit     Result        Parameter      Unit     Result
        Protein        %        12.1          Ash            %        0.55
        Moisture       %        14.2          Falling no.    s        312
        """
    )
    assert sorted(rows(found)) == [
        ("Ash", "%", "0.55", "", ""),
        ("Falling no.", "s", "312", "", ""),
        ("Moisture", "%", "14.2", "", ""),
        ("Protein", "%", "12.1", "", ""),
    ]


def test_a_table_that_goes_on_overleaf() -> None:
    head = """
        Acme Chemicals         Certificate of analysis 0815
        """
    found = reading(
        head
        + """
        Lot: L-77

        Test           Unit     Min      Max      Result
        Purity         %        99.0              99.4
        Iron           mg/kg             5        2

        Acme Chemicals GmbH, Hamburg        1 / 2
        """,
        head
        + """
        Test           Unit     Min      Max      Result
        Lead           mg/kg             1        <0.1
        Colour         APHA              20       10

        Acme Chemicals GmbH, Hamburg        2 / 2
        """,
    )
    assert [row[0] for row in rows(found)] == ["Purity", "Iron", "Lead", "Colour"]
    assert {row.section for row in found.rows} == {0}


def test_one_lot_after_the_other() -> None:
    found = reading(
        """
        Lot No.: A1

        Test           Unit     Result
        Purity         %        99.4

        Lot No.: A2

        Test           Unit     Result
        Purity         %        99.6
        """
    )
    lots = {one.section: one.value.text for one in found.named if one.what is Field.LOT}
    assert [(lots[row.section], row.values[0].text) for row in found.rows] == [("A1", "99.4"), ("A2", "99.6")]


def test_prose_is_no_result() -> None:
    found = reading(
        """
        Test           Unit     Result
        Purity         %        99.4

        We hereby certify that the goods described above were tested and comply with the order
        and that the results      are true to the best of our knowledge    and belief.
        """
    )
    assert rows(found) == [("Purity", "%", "99.4", "", "")]
    assert any("We hereby certify" in left.text for left in found.leftovers)
