"""Results and limits as certificates of many trades print them, and what they say.

After ``>``: ``5`` a value; ``<5``, ``≤5``, ``>5``, ``≥5`` bounds; ``10..12`` a range, in brackets where its ends are
not reached; ``;`` between several; a statistic in front and the unit behind; ``?`` and the doubt; or what words say.
"""

from __future__ import annotations

TABLE = """
# Metals: EN 10168, ASTM A751
0.195 > 0.195
0.0019 > 0.0019
4.0E-4 > 0.00040
2.3E-9 m²/s > 0.0000000023 m²/s
548 N/mm² > 548 N/mm²
456.18 MPa > 456.18 MPa
29.7 % > 29.7 %
85.2J > 85.2 J
71.2, 84.2, 85.2J > 71.2; 84.2; 85.2 J
62 / 65 / 58 > 62; 65; 58
1.5/1.0/0.5 > 1.5; 1.0; 0.5
36 30 37 > ?side_by_side
80.3 J min 78.5 J max 90.6 J > 80.3; min ≥78.5; max ≤90.6 J
24.8 mm - min 24.7 mm - max 26.3 mm > 24.8; min ≥24.7; max ≤26.3 mm
4.0 (min 3.5, max 4.5) > 4.0; min ≥3.5; max ≤4.5
Ø 80.3 J > mean 80.3 J
avg. 34.33 > mean 34.33
Mittelwert 61,67 > mean 61.67
Std Dev 0.5 > sd 0.5
162 HB > 162 HB
HB 162 > 162 HB
HBW 10/3000 162 > 162 HBW 10/3000
HV10 250 > 250 HV10
45 HRC > 45 HRC
32-34 HRC > 32..34 HRC
477 - 635 °C > 477..635 °C
23.4 10⁻⁶/K > 23.4 10^-6/K
0.0538 μΩ·m > 0.0538 μΩ·m
130 W/(m·K) > 130 W/(m·K)
862 J/(kg·K) > 862 J/(kg·K)
1.2 mm/m > 1.2 mm/m
10 A/cm > 10 A/cm
max 100 Bq/kg > max ≤100 Bq/kg
+3/-0 mm > tolerance 0..3 mm
+4/+1 mm > tolerance 1..4 mm
<= 30 > ≤30
>= 120 > ≥120
10 ± 0.2 > 9.8..10.2
10 +0.5/-0.2 > 9.8..10.5
10 +0.5 -0.2 > 9.8..10.5
3.2 (+0.1/-0.2) mm > 3.0..3.3 mm
3.2 +/- 0.1 > 3.1..3.3
10 h7 > ?text
DIN EN ISO 1183-1 > ?text
1183-1 > ?range
ISO 179/1eU > ?text
1.2 x 105 > ?exponent
548 440 630 > ?side_by_side
0,16 > 0.16
≤ 0,10 > ≤0.10
73.5 ksi > 73.5 ksi
30 ft-lb > 30 ft-lb
-20 °C > -20 °C
–20 °C > -20 °C
−20...−10 °C > -20..-10 °C
✓ > conforms
i.O. > conforms
n.i.O. > fails
Yes - Pass > conforms
ohne Befund > conforms
o.B. > conforms
class 3 > ?text
007 > ?value
2021-12-12 > ?date
12.12.2021 > ?date
1.12.21 > ?date
# Plastics: ISO 1133, 179, 527, 1183
31 > 31
12.5 g/10 min > 12.5 g/10 min
1,05 g/cm³ > 1.05 g/cm³
85 kJ/m² > 85 kJ/m²
2 400 MPa > ?side_by_side
2'400 MPa > 2400 MPa
2.400,5 MPa > 2400.5 MPa
NB > words
C > words
85 C > ?text
70 Shore A > 70 Shore A
Shore D 55 > 55 Shore D
98 % RH > 98 % RH
ca. 5 > ?about
~5 > ?about
≈ 5 % > ?about
typ. 5 > typical 5
4,1 > 4.1
49,7 > 49.7
48,0 - 52,0 > 48.0..52.0
15 bis 35 > 15..35
zwischen 10 und 12 mm > 10..12 mm
von 10 bis 12 > 10..12
>= 90% > ≥90 %
# Food and microbiology: ISO 4833, 6579, 7218
< 10 KbE/g > <10 KbE/g
<10 cfu/g > <10 cfu/g
< 10² CFU/g > <100 CFU/g
1.2·10⁵ KbE/g > 120000 KbE/g
6,3·10³ KbE/g > 6300 KbE/g
3 x 10^2 CFU/ml > 300 CFU/ml
1.0E+03 > 1000
>300 > >300
<3 MPN/g > <3 MPN/g
< 5 CFU/25 g > <5 CFU/25 g
absent in 25 g > absent 25 g
Absent/25g > absent 25 g
abs. in 25 g > absent 25 g
negativ in 25 g > absent 25 g
neg./25 g > absent 25 g
Absence dans 25 g > absent 25 g
n.n. in 25g > not_detected 25 g
nicht nachweisbar in 25 g > not_detected 25 g
not detected in 375 g > not_detected 375 g
Not detected > not_detected
Negative > absent
keine > absent
kein Nachweis > not_detected
TNTC > words
0/25 > ?slash
12,5 g/100 g > 12.5 g/100 g
≤ 14,0 % > ≤14.0 %
11.5 % max. > max ≤11.5 %
62 °Brix > 62 °Brix
<LOQ > not_quantified
< LOQ (0.05) > not_quantified <0.05
<0.01 mg/kg (LOQ) > not_quantified <0.01 mg/kg
n.d. (LOD: 0.01 mg/kg) > not_detected <0.01 mg/kg
ND (<0.01) > not_detected <0.01
nicht nachweisbar (<0,05 mg/kg) > not_detected <0.05 mg/kg
n.n. > not_detected
n.b. > not_tested
nicht bestimmt > not_tested
Spuren > trace
traces > trace
<0.05 > <0.05
< 0,05 mg/kg > <0.05 mg/kg
0.05 mg/kg max > max ≤0.05 mg/kg
unter 5 mg/kg > <5 mg/kg
höchstens 5 mg/kg > ≤5 mg/kg
mindestens 12 > ≥12
hell, klar > words
weißes Pulver > words
# Pharma: Ph. Eur., USP
NMT 5.0% > ≤5.0 %
NLT 98.0 % > ≥98.0 %
NLT 95.0 % and NMT 105.0 % > 95.0..105.0 %
98.0 - 102.0 % > 98.0..102.0 %
98,0% bis 102,0% > 98.0..102.0 %
not more than 10 ppm > ≤10 ppm
Not less than 99.0 > ≥99.0
no more than 0.5 % > ≤0.5 %
99.95 % (HPLC) > ?text
5.0 to 7.0 > 5.0..7.0
pH 7.2 > 7.2 pH
6.0 - 8.0 pH > 6.0..8.0 pH
<0.25 EU/ml > <0.25 EU/ml
0.5 IU/mg > 0.5 IU/mg
conforms > conforms
Complies > conforms
entspricht > conforms
does not comply > fails
Fail > fails
out of spec > fails
nicht bestanden > fails
bestanden > conforms
between 10 and 12 mm > 10..12 mm
95.0 % - 105.0 % of label claim > ?text
Meets requirements > conforms
white to off-white powder > words
50 ± 5 % > ?tolerance
10 mm ± 5 % > ?unit
# Chemicals
≥ 99,5 % (m/m) > ≥99.5 % (m/m)
min. 99.5 % > min ≥99.5 %
99.5 % min. > min ≥99.5 %
99.5 min > ?minutes
0.02 mg KOH/g > 0.02 mg KOH/g
5 mPa s > 5 mPa s
5 cSt > 5 cSt
BDL > not_detected
< 1 ppm > <1 ppm
1,000.5 > 1000.5
1.000,5 > 1000.5
1,234,567 > 1234567
1,234 > ?decimal
1.234 > ?decimal
1.000 > ?decimal
1234.567 > 1234.567
0,123 > 0.123
1 000 > 1000
12 000 000 > 12000000
1 234 > ?side_by_side
1 234,5 > 1234.5
1 234,5 > ?side_by_side
1’234.5 > 1234.5
.05 > 0.05
5. > ?text
=5 > 5
= 0.37 % > 0.37 %
>5 and <10 > (5..10)
≥ 10 ≤ 20 > 10..20
≥10; ≤20 > 10..20
min 10 max 20 > min ≥10; max ≤20 = 10..20
min. 10 / max. 20 > min ≥10; max ≤20 = 10..20
10 min - 20 max > ?range
max. 5 min > max ≤5 min
10-20 min > 10..20 min
5 or less > ≤5
10 and above > ≥10
Hazen 10 > ?text
10 Hazen > 10 Hazen
71 %RH > 71 %RH
５．２ > 5.2
５ ％ > 5 %
5.0 - 7,0 > ?decimal
5* > ?footnote
10² > ?footnote
9, 10², 11 > ?footnote
10⁻³ > 0.001
10¹² Ω > 1000000000000 Ω
¼ > ?text
Ⅳ > ?text
5, 6 > ?decimal
5, 6, 7 > 5; 6; 7
0/-0.2 mm > tolerance -0.2..0 mm
0/0 > ?slash
5 +1 > ?side_by_side
IO > words
O.05 > ?text
≥ 2 - ≤ 5 > 2..5
<2 / >5 > ?range
99+% > ?text
7.0 (20 °C) > ?text
6.5-7.5 (pH) > 6.5..7.5 (pH)
5 mg/kg TS > ?text
5,6,7 > ?value
1.234.5 > ?value
5'' > ?text
1'000'000 > 1000000
1,0 x 10 3 > ?exponent
from 5 to 10 > 5..10
über 5 > >5
Ø 5,2 > mean 5.2
5.2 (mean) > mean 5.2
N/D > not_detected
below detection limit > not_detected
none > absent
OOS > fails
合格 > conforms
Report > words
5 1) > ?footnote
85² > ?footnote
5① > ?footnote
5½ > ?footnote
1/2 > ?slash
2 x 5 > ?text
4006381333931 > 4006381333931
12345678901234567890123456789 > ?value
N/A > not_applicable
n.a. > not_applicable
entfällt > not_applicable
not tested > not_tested
- > dash
— > dash
./. > dash
# Paper and textiles
75 g/m² > 75 g/m²
80 ± 4 g/m² > 76..84 g/m²
20 cN/tex > 20 cN/tex
300 N/50 mm > 300 N/50 mm
4-5 > 4..5
4/5 > ?slash
167 dtex > 167 dtex
< -5 °C > <-5 °C
-5 - +5 > -5..5
10..12 > 10..12
10~12 > 10..12
10 – 12 > 10..12
10 ÷ 12 > 10..12
10 to 12 > 10..12
12-10 > ?range
10-11-12 > ?date
3-4-5 > ?range
=< 5 % > ≤5 %
≦5 > ≤5
≥5 / 6 > ≥5; 6
<0.1; <0.1; 0.2 > <0.1; <0.1; 0.2
<0.1 <0.2 > ?side_by_side
ND; 0.2 > ?text
12,5, 13,1 > 12.5; 13.1
71.2 mm, 72 kg > ?unit
"""


def rows() -> list[tuple[str, str]]:
    """Text and meaning; the last ``>`` with spaces around it parts them."""
    lines = [line for line in TABLE.strip().splitlines() if not line.startswith("#")]
    return [(text, says) for text, _, says in (line.rpartition(" > ") for line in lines)]
