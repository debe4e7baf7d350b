"""The symbols that units are made of, and spellings that do not say what they mean by themselves."""

from __future__ import annotations

POWERS = {
    "da": 1, "h": 2, "k": 3, "M": 6, "G": 9, "T": 12,
    "d": -1, "c": -2, "m": -3, "μ": -6, "u": -6, "n": -9, "p": -12,
}  # fmt: skip
"""Prefixes of the SI Brochure; ``u`` is the micro of typewriters (ISO 2955)."""

_SYMBOLS = """
meter: m; k d c m μ u n p
gram: g; k d c m μ u n p
kilogram: Kg KG;
metric_ton: t tonne;
second: s sec; m μ u n
minute: min;
hour: h hr hrs Std;
day: d day days Tag Tage;
ampere: A; k m μ u n
kelvin: K °C; m
mole: mol; k m μ u n
newton: N; k M da m c μ u
pascal: Pa; k M G h m
bar: bar; m
joule: J; k M m μ u
watt: W; k M m μ u
volt: V; k m μ u
ohm: Ω ohm Ohm; k M G T m μ u
siemens: S; m μ u n
liter: l L ltr Liter Litre litre liter; d c m μ u h
hertz: Hz; k M G
becquerel: Bq; k M m
tesla: T; m μ u
farad: F; m μ u n p
tex: tex; k d m
denier: den;
inch: in inch;
thou: thou;
foot: ft;
pound: lb lbs;
force_pound: lbf;
force_kilogram: kgf kp;
force_gram: gf;
dyne: dyn dyne;
angstrom: Å;
stokes: St; c
=colonies: cfu CFU KbE KBE kbe UFC ufc KVE kve JTK jtk;
=most probable number: MPN mpn NMP;
=international units: IU IE UI;
=endotoxin units: EU EE;
=equivalents: eq val; m μ u
"""
ATOMS: dict[str, tuple[str, str]] = {}
"""Symbol > (name that ``pint`` knows, or one of our own behind ``=``; the prefixes it takes)."""
for _line in _SYMBOLS.strip().splitlines():
    _name, _, _rest = _line.partition(":")
    _all, _, _prefixes = _rest.partition(";")
    for _symbol in _all.split():
        ATOMS[_symbol] = (_name, _prefixes.strip())

SPELLINGS = {
    # Written together, or in other letters. Names here have no spaces, dots, brackets or hyphens.
    "mPas": "mPa·s", "Pas": "Pa·s", "cps": "mPa·s", "cP": "mPa·s", "cp": "mPa·s",
    "Nm": "N·m", "kNm": "kN·m", "Ncm": "N·cm", "Nmm": "N·mm",
    "kWh": "kW·h", "Ωm": "Ω·m", "Ωcm": "Ω·cm", "μΩm": "μΩ·m", "μΩcm": "μΩ·cm", "Ohmcm": "Ω·cm", "Ohmm": "Ω·m",
    "g/cc": "g/cm3", "g/ccm": "g/cm3", "cc": "cm3", "ccm": "cm3", "qm": "m2", "sqm": "m2", "gsm": "g/m2",
    "MM": "mm", "CM": "cm", "KG": "kg", "Kg": "kg", "Kgs": "kg", "kgs": "kg", "KGS": "kg", "Gr": "g", "gr": "g",
    "gm": "g", "MPA": "MPa", "Mpa": "MPa", "N/MM2": "N/mm2", "N/qmm": "N/mm2", "n/mm2": "N/mm2", "KN": "kN",
    "kJ/m2": "kJ/m2", "KJ/m2": "kJ/m2", "KJ": "kJ", "g/Cm3": "g/cm3", "G/CM3": "g/cm3", "gms/cc": "g/cm3",
    "gm/cc": "g/cm3", "gm/cm3": "g/cm3", "KG/M3": "kg/m3", "Kg/m3": "kg/m3", "Kg/M3": "kg/m3", "ML": "ml",
    "Joule": "J", "Joules": "J", "joules": "J", "Newton": "N",
    "psi": "lbf/in2", "PSI": "lbf/in2", "ksi": "1000 lbf/in2",
    "KSI": "1000 lbf/in2", "ftlbf": "ft·lbf", "ftlbs": "ft·lbf", "ftlb": "ft·lbf", "lb/ft3": "lb/ft3",
    "mils": "thou", "micron": "μm", "microns": "μm", "kgf/mm2": "kgf/mm2", "kp/mm2": "kgf/mm2", "Minuten": "min",
    "minutes": "min", "mins": "min", "Sek": "s", "seconds": "s", "hours": "h", "days": "d",
    "W/mK": "W/(m·K)", "W/m·K": "W/(m·K)", "J/kgK": "J/(kg·K)", "J/kg·K": "J/(kg·K)", "kJ/kgK": "kJ/(kg·K)",
    "kJ/kg·K": "kJ/(kg·K)", "J/gK": "J/(g·K)", "J/g·K": "J/(g·K)", "W/m2K": "W/(m2·K)",
    "g/10min": "g/10 min", "g/10mn": "g/10 min", "g/10minutes": "g/10 min", "dg/min": "dg/min",
    "cm3/10min": "cm3/10 min", "ml/10min": "ml/10 min", "cfu/g": "CFU/g", "cfu/ml": "CFU/ml", "microgram/kg": "μg/kg",
    "mcg/g": "μg/g", "mcg/kg": "μg/kg", "mcg": "μg", "mcg/ml": "μg/ml", "microS/cm": "μS/cm",
    # Temperatures; a bare C is none, it may be a class.
    "°c": "°C", "degc": "°C", "gradc": "°C", "celsius": "°C", "°celsius": "°C", "gradcelsius": "°C",
    "°f": "°F", "degf": "°F", "fahrenheit": "°F", "kelvin": "K",
    # By definition grams in 100 ml (European and United States Pharmacopoeias).
    "%w/v": "g/100 ml", "%m/v": "g/100 ml", "w/v%": "g/100 ml", "m/v%": "g/100 ml",
}  # fmt: skip
"""What a spelling stands for."""

SHARES: dict[str, tuple[int, str]] = {}
"""Spelling > (one part in how many, of what): a share of nobody knows what is of another kind than one of mass."""
_PARTS = {"%": 100, "percent": 100, "prozent": 100, "pct": 100, "‰": 1000, "ppm": 10**6, "ppb": 10**9}
_OF = {
    "gram": "m/m w/w wt wt/wt mass weight masse massen gew gew% ma bymass byweight massfraction w",
    "liter": "v/v vol vol/vol volume volumen byvolume v",
    "mole": "mol mole mol/mol molar",
    "=atoms": "at atom atomic",
    "=humidity": "rh rf hr",
}
for _part, _many in _PARTS.items():
    SHARES[_part] = (_many, "=share")
    for _what, _words in _OF.items():
        for _word in _words.split():
            SHARES[_part + _word] = SHARES[_word + _part] = (_many, _what)

APART: dict[str, str] = {}
"""What equals itself and converts to nothing: spelling > name."""
for _line in (
    """
HB|HBS|HBW|HV|HK|HRA|HRB|HRBW|HRC|HRD|HRE|HRF|HRG|HRH|HRK|HRL|HRM|HRR|HLD
ShoreA ShA ShrA °ShA|ShoreD ShD °ShD|ShoreOO|IRHD|pH pHvalue pHWert
NTU|FNU|FTU|JTU|FAU|TE/F|°dH|°fH|°e|Brix °Bx °Brix|°Bé|Gardner|EBC|ASBC|ICUMSA
Hazen APHA PtCo Pt/Co mgPt/l HazenUnits|dB dBA|GU GE|phr|SHU|RFU
kcal|cal|kcal/100g|kcal/kg|BTU|BTU/lb|oz|oz/yd2|gal
mgKOH/g|mgKOH/100g|gI2/100g gJ2/100g|mgCaCO3/l|mgO2/l|mgO2/kg|meqO2/kg|PFU/ml
months Monate|years Jahre|pieces pcs Stück Stk
""".replace("\n", "|")
    .strip("|")
    .split("|")
):
    _first, *_others = _line.split()
    for _spelling in (_first, *_others):
        APART[_spelling.casefold()] = _first
