"""How finely an amount of a currency is counted."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

USUAL = 2
OTHERWISE = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""The currencies of ISO 4217 that are not counted in hundredths, by their decimals."""
MINOR_UNITS = {currency: places for places, codes in OTHERWISE.items() for currency in codes.split()}


def decimals(currency: str) -> int:
    """The decimals an amount is written with; of an unknown or empty currency the usual two."""
    return MINOR_UNITS.get(currency, USUAL)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount as Odoo rounds it: half a cent, or half of whatever the currency is counted in, is a whole one."""
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), ROUND_HALF_UP)
