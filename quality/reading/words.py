"""Words that stand where a result or a limit could: what they say, in the languages certificates are written in.

Looked up whole: a phrase that is not in a table says nothing, so no "not" in front of one is ever overlooked.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Says(StrEnum):
    """What a cell of results or limits says."""

    NUMBER = "number"
    CONFORMS = "conforms"
    FAILS = "fails"
    NOT_DETECTED = "not_detected"
    """Looked for by a method and not found. It states no number, unless one stands beside it."""
    NOT_QUANTIFIED = "not_quantified"
    """Below what the method can put a number on."""
    TRACE = "trace"
    ABSENT = "absent"
    EMPTY = "empty"
    DASH = "dash"
    NOT_APPLICABLE = "not_applicable"
    NOT_TESTED = "not_tested"
    WORDS = "words"
    """Something else, in words."""


BLANKS = frozenset({Says.EMPTY, Says.DASH, Says.NOT_APPLICABLE, Says.NOT_TESTED})

_PHRASES = {
    Says.CONFORMS: """
conforms|conform|conforming|conforms to specification|conforms to specifications|conformity|in conformity
complies|comply|compliant|complies with specification|complies with specifications|complying|pass|passed|passes
satisfactory|acceptable|accepted|ok|o.k.|okay|within specification|within spec|within limits|within tolerance
in specification|in spec|meets specification|meets spec|meets requirement|meets requirements
meets the requirements|corresponds|yes - pass|test passed|requirement met|entspricht
entspricht den anforderungen|entspricht der spezifikation|entspricht spezifikation|entsprechend|konform|erfüllt
anforderung erfüllt|i.o.|i. o.|in ordnung|bestanden|ohne befund|o.b.|o. b.|ohne beanstandung
ohne beanstandungen|einwandfrei|keine beanstandung|keine beanstandungen|zufriedenstellend
innerhalb der spezifikation|innerhalb spezifikation|conforme|conforme aux spécifications
conforme à la spécification|satisfaisant|cumple|cumple con la especificación|satisfactorio|correcto|accettabile
voldoet|akkoord|zgodny|zgodne|zgodna|spełnia|godkänd|godkendt|hyväksytty|vyhovuje|vyhovující|megfelel|megfelelő
ustreza|uygun|соответствует|合格|符合|符合规定|適合|良好|적합|✓|✔|√|☑|✅
""",
    Says.FAILS: """
fail|fails|failed|does not conform|does not comply|do not conform|non conforming|non-conforming|nonconforming
not conforming|non compliant|non-compliant|not compliant|not ok|nok|n.o.k.|out of specification|out of spec|oos
out of limits|out of tolerance|unsatisfactory|not satisfactory|unacceptable|not acceptable|rejected|not passed
does not meet specification|does not pass|entspricht nicht|nicht konform|nicht erfüllt|n.i.o.|n. i. o.|nio
nicht in ordnung|nicht i.o.|nicht bestanden|durchgefallen|außerhalb der spezifikation
ausserhalb der spezifikation|beanstandet|mangelhaft|ungenügend|non conforme|non-conforme|pas conforme
no conforme|no cumple|non satisfaisant|insatisfactorio|niet akkoord|voldoet niet|niezgodny|niezgodne|nie spełnia
underkänd|hylätty|nevyhovuje|nem megfelelő|не соответствует|不合格|不適合|부적합|✗|✘|☒|❌
""",
    Says.NOT_DETECTED: """
nd|n.d.|n. d.|n.d|n/d|not detected|none detected|not detectable|undetected|undetectable|non detected|non-detect
non detect|no detection|not found|none found|n.n.|n. n.|n.n|nn|nicht nachweisbar|nicht nachgewiesen
nicht detektiert|nicht detektierbar|nicht gefunden|kein nachweis|unter der nachweisgrenze|unter nachweisgrenze
<nwg|< nwg|<ng|below detection|below detection limit|below limit of detection|below the detection limit
below lod|bdl|b.d.l.|<lod|< lod|<dl|< dl|<mdl|< mdl|<lld|u.d.l.|non détecté|non detecté|non décelable
non rilevato|non rilevabile|no detectado|no detectable|niet aantoonbaar|niet gedetecteerd|nie wykryto
niewykrywalny|ej påvisad|ikke påvist|ei todettu|nedetekováno|不検出|未检出|불검출
""",
    Says.NOT_QUANTIFIED: """
<loq|< loq|<rl|< rl|<mrl|<pql|< pql|<bg|< bg|below loq|below limit of quantification
below the limit of quantification|below quantification limit|below reporting limit|below rl|bql|b.q.l.|blq|brl
unter der bestimmungsgrenze|unter bestimmungsgrenze|nicht quantifizierbar|not quantifiable|not quantified|n.q.
nq|<lq|< lq|non quantifié|no cuantificable
""",
    Says.TRACE: "trace|traces|spur|spuren|in spuren|trazas|tracce|ślady|spor|sporen",
    Says.ABSENT: """
absent|absence|abs.|abs|negative|negativ|neg.|neg|négatif|negativo|negatief|negatywny|none|nil|keine|keiner|kein
nicht vorhanden|not present|not observed|none observed|no growth|kein wachstum|ausente|ausencia|absents|assente
afwezig|nieobecne|brak|no visible defects|without defects|no defects|ohne fehler|fehlerfrei|keine fehler|陰性|阴性
""",
    Says.NOT_APPLICABLE: """
n/a|na|n.a.|n. a.|n.a|not applicable|nicht anwendbar|nicht zutreffend|nicht relevant|entfällt|entf.|sans objet
no aplica|n.v.t.|niet van toepassing|non applicabile|non applicable|nie dotyczy|ej tillämpligt|ikke relevant
not required|nicht gefordert|not specified|nicht spezifiziert|nicht festgelegt|k.a.|keine angabe|keine angaben
not stated|no requirement|no limit|keine anforderung|keine vorgabe
""",
    Says.NOT_TESTED: """
not tested|nt|n.t.|n. t.|not determined|not analysed|not analyzed|not measured|not examined|not performed
not evaluated|untested|n.b.|n. b.|nicht bestimmt|nicht geprüft|nicht gemessen|nicht untersucht|nicht ermittelt
n. best.|nicht durchgeführt|pending|tbd|to be determined|to follow|folgt|ausstehend|in bearbeitung|in progress
non testé|non déterminé|no determinado|no analizado|non determinato|niet bepaald|nie badano|nie oznaczono
not available
""",
}

_SPACES = re.compile(r"\s+")
DASHES = frozenset(
    ("-", "–", "—", "―", "−", "--", "---", "----", "./.", ".-/-", "-/-", "-.-", "...", "…", "/", "//", "_", "─")
)
"""What stands for nothing in a cell."""


def folded(text: str) -> str:
    """Words as they are compared: letter case, spacing, ``:`` and ``.`` around them do not matter."""
    return _SPACES.sub(" ", text).strip(" \t:;,!").casefold()


PHRASES: dict[str, Says] = {}
for _says, _text in _PHRASES.items():
    for _words in _text.replace("\n", "|").split("|"):
        if _words.strip():
            PHRASES[folded(_words)] = _says

_DETECTS = "lod|dl|mdl|ng|nwg|nachweisgrenze|detection limit|limit of detection|limite de détection"
_QUANTIFIES = "loq|lq|rl|bg|pql|bestimmungsgrenze|reporting limit|limit of quantification|quantification limit"
_LIMIT_NAME = re.compile(rf"(?:^| )(?:{_DETECTS}|(?P<quantifies>{_QUANTIFIES}))\.?$")
_BEFORE = re.compile(
    r"(?P<words>[^\d<]*(?:<[^\d<]*[^\W\d_][^\d<]*)?)(?P<rest>(?<![^\W\d_])<?\s*[.,]?\d[^()\[\]]*?)[)\]]?"
)
_BEHIND = re.compile(r"(?P<rest>[^()\[\]]*\d[^()\[\]]*?)\s*[(\[](?P<words>[^()\[\]\d]+)[)\]]")
_BRACKETS = re.compile(r"[\s()\[\];,:=]+")
_PORTION = re.compile(
    r"(?P<words>.*?[^\W\d][.)]?)\s*(?:/|\b(?:in|per|pro|je|en|dans|w|i|su)\b)\s*"
    r"(?P<portion>\d{1,4}(?:[.,]\d{1,3})?\s?(?:g|mg|kg|ml|l|cm2|cm²|m2|m²|gr|gram|grams|gramm|pcs|units|samples))\.?",
    re.IGNORECASE,
)


def said_in_words(text: str) -> tuple[Says, str] | None:
    """What a phrase says, and the portion it is said of: ``absent in 25 g`` > (ABSENT, ``25 g``). None: no phrase."""
    plain = folded(text)
    found = _phrase(plain)
    if found:
        return found, ""
    if text.strip() in DASHES:
        return Says.DASH, ""
    if (
        (portion := _PORTION.fullmatch(plain))
        and (found := _phrase(portion["words"].strip(" /")))
        and found in _COUNTED
    ):
        number, unit = re.fullmatch(r"([\d.,]+)\s?(.*)", portion["portion"]).groups()  # type: ignore[union-attr]
        return found, f"{number} {_UNITS.get(unit, unit)}"
    return None


_COUNTED = (Says.ABSENT, Says.NOT_DETECTED)
_UNITS = {"gr": "g", "gram": "g", "grams": "g", "gramm": "g", "cm²": "cm2", "m²": "m2"}


def _phrase(plain: str) -> Says | None:
    return PHRASES.get(plain) or PHRASES.get(plain.rstrip("."))


def with_number(text: str) -> tuple[Says, str, bool] | None:
    """Not found, and below what: ``ND (<0.01)``, ``<LOQ (0.05 mg/kg)``, ``n.d. (LOD: 0.01)``, ``<0.01 (LOQ)``.

    What it says, the text of the number, and whether that is the method's limit itself. None: not of this form.
    """
    behind = _BEHIND.fullmatch(text)
    match = behind or _BEFORE.fullmatch(text)
    if match is None:
        return None
    head, rest = _BRACKETS.sub(" ", match["words"]).strip().casefold(), match["rest"]
    name = _LIMIT_NAME.search(head)
    says = _phrase(head)
    named = says is not None and head.startswith("<")
    if says is None and name:
        named = not rest.startswith("<")
        says = _phrase(head[: name.start()].strip())
        if name.start() == 0 and behind and not named:
            says = Says.NOT_QUANTIFIED if name["quantifies"] else Says.NOT_DETECTED
    if says not in (Says.NOT_DETECTED, Says.NOT_QUANTIFIED) or not (named or rest.startswith("<")):
        return None
    return says, rest, named
