"""Units: alike, convertible exactly, or refused."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.measures import Interval, Standing, standing
from quality.unit_names import APART, ATOMS, SHARES, SPELLINGS
from quality.units import CannotConvert, convert, known, same_unit, spelled

D = Decimal

ALIKE = """
N/mm² = N/mm2 = N/mm^2 = MPa = Mpa = MPA = N / mm²
g/cm³ = g/cm3 = g/cc = g/ccm = kg/l = kg/dm³ = g/ml
kg/m³ = kg/m3 = g/l = KG/M3
% (m/m) = %m/m = wt% = wt.-% = % w/w = Gew.-% = mass % = Ma.-% = g/100 g = g/100g
% (v/v) = vol% = Vol.-% = ml/100 ml
mol% = % mol
mg/kg = μg/g = µg/g = ppm (m/m) = ppm w/w = g/t
ppb (w/w) = µg/kg = μg/kg = ug/kg = ng/g
cfu/g = CFU/g = KbE/g = KBE/g = UFC/g
°C = ℃ = º C = deg C = Grad C
cSt = mm²/s = mm2/s
mPas = mPa·s = mPa s = cP = mPa*s
g/10 min = g/10min = g / 10 min
kJ/m² = kJ/m2 = KJ/m2 = mJ/mm²
J = N·m = Nm = Joule
µS/cm = μS/cm = uS/cm = microS/cm
W/(m·K) = W/mK = W/(m*K)
10⁻⁶/K = µm/(m·K) = 10^-6 K^-1
mm = MM
µm = μm = um = micron
Shore A = ShA = Shore-A = Sh A
HBW 10/3000 = HBW10/3000
mg KOH/g = mgKOH/g
lbf/in² = psi
dtex = g/10000 m
Ω·cm = Ω cm = Ohm cm
cN/tex = cN / tex
% w/v = % (m/v) = g/100 ml
""".strip().splitlines()

APART_FROM_EACH_OTHER = """
% | mg/kg
ppm | mg/kg
% | % (m/m)
% (m/m) | mg/l
% (m/m) | % (v/v)
% (m/m) | mol%
% | % RH
mg/l | ppm
mg/kg | mg/l
g/10 min | cm³/10 min
HB | HBW
HBW | HBW 10/3000
HRC | HB
HV | HV 10
Shore A | Shore D
pH | %
NTU | FNU
cfu/g | cfu/ml
cfu/g | MPN/g
IU/g | mg/g
mm/m | %
kcal | kJ
J | kJ/m²
MPa | kJ
mPa s | cSt
°C | W/(m·K)
g/10m_ | g/10 min
furlongs | m
"" | %
"" | 1
mil | ml
mpa | MPa
J/kg·s | J/(kg·s)
""".strip().splitlines()

FACTORS = """
kN/mm² MPa 1000
GPa MPa 1000
bar MPa 0.1
g/cm³ kg/m³ 1000
wt% mg/kg 10000
% ppm 10000
ppm ppb 1000
‰ % 0.1
mg/kg µg/kg 1000
kJ/m² J/cm² 0.1
cfu/g cfu/kg 1000
cfu/25 g cfu/g 0.04
cSt m²/s 0.000001
mPas Pa·s 0.001
µS/cm mS/m 0.1
dtex den 0.9
N/15 mm kN/m 0.0666666666666666666666666666666666666
in mm 25.4
µm mm 0.001
W/(m·K) mW/(m·K) 1000
h min 60
10⁻⁶/K 1/K 0.000001
lbf N 4.4482216152605
kp/mm² MPa 9.80665
vol% ml/l 10
IU/g IU/mg 0.001
""".strip().splitlines()

LIKE = [line.split(" = ") for line in ALIKE]
PAIRS = [
    ("MPa", "bar"),
    ("g/cm³", "kg/m³"),
    ("wt%", "mg/kg"),
    ("cSt", "m²/s"),
    ("h", "min"),
    ("in", "mm"),
    ("dtex", "den"),
    ("ksi", "MPa"),
    ("N/15 mm", "N/m"),
    ("lb/ft3", "kg/m3"),
]
numbers = st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize("spellings", LIKE, ids=lambda spellings: spellings[0])
def test_spellings_of_one_unit_say_the_same(spellings: list[str]) -> None:
    value = Interval.at(D("1.50"))
    for one in spellings:
        assert known(one), one
        for other in spellings:
            assert same_unit(one, other), (one, other)
            assert convert(value, one, other) is value


@pytest.mark.parametrize("line", APART_FROM_EACH_OTHER)
def test_what_has_no_ratio_is_refused(line: str) -> None:
    one, other = (side.strip('"') for side in line.split(" | "))
    for given_, wanted in ((one, other), (other, one)):
        assert not same_unit(given_, wanted)
        with pytest.raises(CannotConvert):
            convert(Interval.at(D(1)), given_, wanted, difference=True)


@pytest.mark.parametrize("line", FACTORS)
def test_how_much_one_unit_is_of_another(line: str) -> None:
    *units, factor = line.rsplit(" ", 1)
    words = units[0].split(" ")
    cut = next(at for at in range(1, len(words)) if known(" ".join(words[:at])) and known(" ".join(words[at:])))
    given_, wanted = " ".join(words[:cut]), " ".join(words[cut:])
    made = convert(Interval.at(D(1)), given_, wanted)
    assert made.low is not None
    assert made.high is not None
    assert abs(made.low - D(factor)) <= D("1e-30")
    assert made.value is not None or made.high - made.low < D("1e-30")


@given(numbers, numbers, st.sampled_from(PAIRS))
def test_there_and_back_again(a: Decimal, b: Decimal, units: tuple[str, str]) -> None:
    low, high = sorted((a, b))
    one, other = units
    measured = Interval(low, high)
    back = convert(convert(measured, one, other), other, one)
    assert back.low is not None
    assert back.high is not None
    assert back.low <= low <= high <= back.high
    assert low - back.low <= abs(low) * D("1e-30")
    assert back.high - high <= abs(high) * D("1e-30")


@given(numbers, st.sampled_from(PAIRS))
def test_what_a_conversion_says_holds_the_exact_result(value: Decimal, units: tuple[str, str]) -> None:
    one, other = units
    exact = Fraction(*convert(Interval.at(D(1)), one, other).low.as_integer_ratio())  # type: ignore[union-attr]
    made = convert(Interval.at(value), one, other)
    assert made.low is not None
    assert made.high is not None
    # An end is either exact, or not reached: the exact result lies strictly between.
    assert (made.low == made.high) is not made.low_open
    assert made.low_open is made.high_open
    assert abs(Fraction(made.low) - Fraction(value) * exact) <= abs(Fraction(value)) * Fraction(1, 10**25)


def test_a_result_without_end_passes_no_limit_by_rounding() -> None:
    measured = convert(Interval.at(D(68)), "ksi", "MPa")
    assert measured.value is None
    assert standing(measured, D(460), D(480)) is Standing.INSIDE
    assert measured.low is not None
    assert measured.high is not None
    for limit in (measured.low, measured.high):
        assert standing(measured, None, limit) is not standing(measured, limit, None)
    assert standing(measured, measured.low, measured.high) is Standing.INSIDE


def test_bounds_stay_bounds() -> None:
    assert convert(Interval(None, D(5), high_open=True), "mg/kg", "µg/kg") == Interval(None, D(5000), high_open=True)
    assert convert(Interval(D("1.5"), None), "wt%", "mg/kg") == Interval(D(15000), None)


def test_a_temperature_is_no_difference() -> None:
    warm = Interval(D(-40), D(25))
    assert convert(warm, "°C", "°F", difference=False) == Interval(D(-40), D(77))
    assert convert(warm, "°C", "°F", difference=True) == Interval(D(-72), D(45))
    assert convert(warm, "°C", "K", difference=False) == Interval(D("233.15"), D("298.15"))
    assert convert(warm, "°C", "K", difference=True) == warm
    assert convert(warm, "°C", "℃") is warm
    with pytest.raises(CannotConvert):
        convert(warm, "°C", "K")


def test_words_are_no_units() -> None:
    words = [
        "",
        "-",
        "NB",
        "C",
        "P",
        "to",
        "5",
        "100",
        "no",
        "class",
        "max",
        "mil",
        "mpa",
        "ND",
        "E",
        "x",
        "h7",
        "A2",
        "T6",
    ]
    assert [word for word in words if known(word)] == []


@given(st.text(max_size=50) | st.text(alphabet="mgkNPaJs/·()²2-^10 %°CμK.", max_size=14))
def test_any_text_is_a_unit_or_none(text: str) -> None:
    assert same_unit(text, text)
    if known(text):
        assert known(spelled(text))
    else:
        with pytest.raises(CannotConvert):
            convert(Interval.at(D(1)), text, "MPa")


def test_every_name_in_the_tables_is_known_and_has_a_size() -> None:
    for table in (ATOMS, SPELLINGS, SHARES, APART):
        for name in table:
            assert known(name), name
            assert "\u00b5" not in name  # the other micro: look-alikes are made one before
    for symbol in ATOMS:
        assert same_unit(f"{symbol}/m3", f"{symbol}/m³")


def test_reading_units_does_not_wait_for_pint() -> None:
    code = (
        "import sys; from quality.units import known, same_unit\n"
        "assert known('N/mm²') and known('g/10 min') and same_unit('kg/m³', 'kg/m3')\n"
        "assert 'pint' not in sys.modules and 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
