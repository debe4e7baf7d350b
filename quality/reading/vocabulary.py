"""What the words beside and above values mean, in the languages that certificates are written in.

A label means a column (``Column``) where it heads one, and a field (``Field``) where something stands beside or below
it. The buyer's own characteristics, with their synonyms, come on top of this; here is only what all certificates share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

from quality.reading.folding import code_of, fold, sides


class Column(StrEnum):
    """What stands in a column of results, or in a row where the table lies on its side."""

    LABEL = "label"
    SYMBOL = "symbol"
    UNIT = "unit"
    VALUE = "value"
    LEAST = "least"
    MOST = "most"
    TARGET = "target"
    LIMITS = "limits"
    """Both limits in one cell, or words: "max 0.5", "10-12", "absent"."""
    METHOD = "method"
    VERDICT = "verdict"
    CONDITIONS = "conditions"
    LOT = "lot"
    MEAN = "mean"
    NUMBER = "number"
    """Which of several results."""
    OTHER = "other"


class Field(StrEnum):
    """What a certificate says of itself and of the goods."""

    LOT = "lot"
    HEAT = "heat"
    PRODUCTION = "production"
    FILLING = "filling"
    INSPECTION = "inspection"
    ORDER = "order"
    POSITION = "position"
    DELIVERY = "delivery"
    ITEM = "item"
    PRODUCT = "product"
    NUMBER = "number"
    KIND = "kind"
    ISSUED = "issued"
    MADE = "made"
    EXPIRES = "expires"
    QUANTITY = "quantity"


_COLUMNS: Mapping[Column, str] = {
    Column.LABEL: """
        property, properties, characteristic, characteristics, parameter, parameters, test, tests, test item, test
        parameter, analysis, determination, item tested, component, analyte, quality characteristic, test name,
        description, inspection characteristic, test item description, items, eigenschaft, merkmal, prufmerkmal,
        pruefmerkmal, kenngrosse, prufung, bestimmung, prufgrosse, prufpunkt, analyse, bezeichnung, untersuchung,
        kennwert, caracteristique, propriete, essai, proprieta, caratteristica, prova, analisi, propiedad,
        caracteristica, ensayo, determinacion, eigenschap, kenmerk
        """,
    Column.SYMBOL: """
        symbol, symbole, simbolo, element, elemento, zeichen, symbool, abbreviation
        """,
    Column.UNIT: """
        unit, units, uom, einheit, dim, dimension, unite, unita, unidad, eenheid, units of measure, masseinheit
        """,
    Column.VALUE: """
        result, results, value, values, actual, actual value, measured value, measured, test result, test results,
        found, observed, reported, reported value, batch result, analysis result, lot result, obtained, reading,
        finding, findings, ergebnis, ergebnisse, wert, werte, istwert, ist, messwert, messwerte, analysenwert,
        prufergebnis, resultat, befund, valeur, resultats, reel, valeur mesuree, valore, risultato, risultati,
        valor, resultado, resultados, waarde, resultaat, result limits
        """,
    Column.MEAN: """
        average, avg, mean, mean value, mittelwert, mittel, durchschnitt, moyenne, valeur moyenne, media, promedio,
        valore medio, gemiddelde, x
        """,
    Column.LEAST: """
        min, minimum, minimal, lower limit, lower spec limit, lsl, low, lower, spec min, min limit, min value,
        minimum value, untergrenze, mindestwert, untere grenze, min wert, minimo, mini, inferior, limite
        inferieure
        """,
    Column.MOST: """
        max, maximum, maximal, upper limit, upper spec limit, usl, high, upper, spec max, max limit, max value,
        maximum value, obergrenze, hochstwert, obere grenze, max wert, massimo, maximo, maxi, superior, limite
        superieure
        """,
    Column.TARGET: """
        target, nominal, nominal value, aim, sollwert, soll, zielwert, nennwert, cible, consigne, obiettivo,
        target min, target max
        """,
    Column.LIMITS: """
        specification, specifications, spec, specs, limit, limits, requirement, requirements, tolerance, range,
        standard, acceptance criteria, acceptance limits, specified, specification limits, spec limits,
        specification range, required, guaranteed, guarantee, spezifikation, grenzwert, grenzwerte, anforderung,
        anforderungen, toleranz, vorgabe, sollbereich, grenze, exigence, exigences, tolerances, specifica, limiti,
        requisito, especificacion, limites, specificatie, norm, norme, target range, sales specification, product
        specification
        """,
    Column.METHOD: """
        method, methods, test method, standard method, analysis method, analytical method, procedure, test standard,
        methode, prufmethode, prufverfahren, verfahren, prufnorm, norm, methode d essai, metodo, metodo di prova,
        testmethode, reference, reference method, test procedure, according to
        """,
    Column.VERDICT: """
        status, evaluation, assessment, conformity, pass fail, judgement, judgment, ok, verdict, compliance, rating,
        bewertung, beurteilung, conformite, conforme, esito, conclusion
        """,
    Column.CONDITIONS: """
        conditions, inspection conditions, test conditions, condition, prufbedingungen, bedingungen, remarks,
        remark, comment, comments, bemerkung, bemerkungen, note, notes, temperature, direction, position, location,
        sampling
        """,
    Column.LOT: """
        lot, lot no, lot number, batch, batch no, batch number, heat, heat no, heat number, charge, chargennummer,
        chargen nr, charge nr, schmelze, schmelzen nr, schmelznummer, coulee, n de coulee, colata, cast, cast no,
        coil, coil no, melt, melt no, lotto, lote, partij, specimen, sample, sample no, sample id, probe, proben nr,
        roll no, bundle no, plate no
        """,
    Column.NUMBER: """
        no, nr, number, pos, item, line, position, s no, sl no, sr no, lfd nr, n, #
        """,
}

_FIELDS: Mapping[Field, str] = {
    Field.LOT: """
        lot, lot no, lot number, lot id, batch, batch no, batch number, batch id, charge, chargen nr, chargennummer,
        chargen nummer, charge nr, lot nr, losnummer, los nr, numero de lot, n de lot, no de lot, lotto, lotto n,
        numero di lotto, lote, numero de lote, partijnummer, batchnummer, lot batch, batch lot, lot batch no, batch
        lot number, lot code, product lot, supplier lot, vendor batch, vendor lot, partie, partienummer, b n
        """,
    Field.HEAT: """
        heat, heat no, heat number, heat id, cast, cast no, cast number, melt, melt no, melt number, schmelze,
        schmelzen nr, schmelznummer, schmelzennummer, coulee, n de coulee, numero de coulee, colata, colada,
        chargennummer schmelze
        """,
    Field.PRODUCTION: """
        production batch id, production batch, produktionscharge, manufacturing batch, manufacturing lot
        """,
    Field.FILLING: """
        filling batch id, filling batch, abfullcharge, filling lot
        """,
    Field.INSPECTION: """
        inspection lot, pruflos, test lot, sample id, sample identifier, laboratory no, lab no
        """,
    Field.ORDER: """
        order, order no, order number, purchase order, purchase order no, purchase order number, po, po no, po
        number, customer order, customer order no, your order, your order no, your reference, customer po, purchaser
        order number, customer purchase order, bestellung, bestellnummer, bestell nr, ihre bestellung, ihre
        bestellnummer, kundenauftrag, kundenbestellung, auftrag, commande, n de commande, numero de commande, votre
        commande, numero de la commande du client, ordine, vs ordine, pedido, orden de compra, uw order, buyer
        reference number
        """,
    Field.POSITION: """
        order position, order item, order item no, item no, position, pos, bestellposition, auftragsposition, line,
        poste
        """,
    Field.DELIVERY: """
        delivery, delivery no, delivery number, delivery note, delivery note no, despatch note, shipment, shipment
        no, lieferung, lieferschein, lieferschein nr, lieferscheinnummer, lieferung nr, bon de livraison, numero du
        bon de livraison, bolla, ddt, albaran, dispatch no, packing list no, aviso number
        """,
    Field.ITEM: """
        item, item number, item code, material, material no, material number, material code, article, article no,
        article number, part, part no, part number, product code, product id, product no, product number, customer
        material, customer material no, customer part no, customer product id, your material, your item no,
        purchaser article number, artikel, artikelnummer, artikel nr, materialnummer, material nr, kundenmaterial,
        kunden artikel nr, produktnummer, sachnummer, numero d article, code produit, code article, reference
        article, numero d article du client, codice, codice articolo, codigo, catalog no, catalogue no, cas no
        """,
    Field.PRODUCT: """
        product, product name, product designation, material name, description, trade name, grade, product
        description, material description, commodity, produkt, produktname, produktbezeichnung, handelsbezeichnung,
        bezeichnung, artikelbezeichnung, produit, designation, denominazione, prodotto, producto, steel designation,
        steel grade, sorte
        """,
    Field.NUMBER: """
        certificate no, certificate number, certificate id, document number, document no, cert no, certificate,
        report no, report number, coa no, coa number, zertifikatsnummer, zertifikat nr, bescheinigung nr, zeugnis
        nr, zeugnisnummer, dokumentnummer, numero de document, numero de certificat, n certificat, certificato n,
        numero certificado, id, test report no, test certificate no, mtc no
        """,
    Field.KIND: """
        certificate type, type of inspection document, type of document, document type, art der prufbescheinigung,
        type de document de controle, inspection certificate, abnahmeprufzeugnis, mill certificate, inspection
        document
        """,
    Field.ISSUED: """
        date, issue date, date of issue, issued on, certificate date, date issued, document date, print date, report
        date, datum, ausstellungsdatum, ausgestellt am, druckdatum, date d emission, date du certificat, data, data
        di emissione, fecha, fecha de emision, date of issue and validation, datum der ausstellung, approved on,
        release date, freigabedatum
        """,
    Field.MADE: """
        production date, manufacturing date, date of manufacture, manufacture date, mfg date, mfd, prod date, made
        on, herstelldatum, herstellungsdatum, produktionsdatum, fertigungsdatum, date de fabrication, date de
        production, data di produzione, fecha de fabricacion, productiedatum, dom, manufactured, manufactured on
        """,
    Field.EXPIRES: """
        expiry date, expiration date, expiry, exp date, exp, best before, best before date, use by, retest date,
        shelf life date, valid until, minimum durability, verfalldatum, verfallsdatum, ablaufdatum, haltbar bis,
        mindestens haltbar bis, mhd, mindesthaltbarkeitsdatum, verwendbar bis, date de peremption, date d
        expiration, dluo, ddm, a utiliser avant, scadenza, data di scadenza, fecha de caducidad, fecha de
        vencimiento, houdbaar tot, re test date, expires, expires on
        """,
    Field.QUANTITY: """
        quantity, qty, menge, liefermenge, quantite, quantita, cantidad, weight, net weight, nettogewicht
        """,
}

_ELEMENTS = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb
Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au
Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U CEV CE CET Pcm PCM Altot Alsol Cb
"""
ELEMENTS = frozenset(_ELEMENTS.split())
"""Symbols that are results by themselves: chemical elements, and the carbon equivalents of steel (EN 10025-1, IIW)."""

_BRACKETS = re.compile(r"\s*[\[(][^\])]*[\])]\s*")


def _index(words: Mapping[StrEnum, str]) -> dict[str, StrEnum]:
    return {
        word: what
        for what, said in words.items()
        for word in (" ".join(one.split()) for one in said.split(","))
        if word
    }


_OF_COLUMN, _OF_FIELD = _index(_COLUMNS), _index(_FIELDS)  # type: ignore[arg-type]


@lru_cache(maxsize=8192)
def column_of(text: str) -> Column | None:
    """What a heading heads; None for words that head nothing here."""
    found = _found(text, _OF_COLUMN)
    return Column(found) if found else None


_CODED: Mapping[str, Field] = {
    "A02": Field.KIND,
    "A03": Field.NUMBER,
    "A07": Field.ORDER,
    "A09": Field.ITEM,
    "A97": Field.POSITION,
    "A98": Field.DELIVERY,
    "B01": Field.PRODUCT,
    "C00": Field.LOT,
    "Z02": Field.ISSUED,
}
"""Fields of EN 10168, which mean the same in every language."""


@lru_cache(maxsize=8192)
def field_of(text: str) -> Field | None:
    """What a label says of what stands beside it."""
    if (code := code_of(text)) in _CODED:
        return _CODED[code]
    found = _found(text, _OF_FIELD)
    return Field(found) if found else None


def _found(text: str, index: Mapping[str, StrEnum]) -> StrEnum | None:
    for side in _forms(text):
        if side in index:
            return index[side]
    return None


def _forms(text: str) -> Iterable[str]:
    if len(text) > LONGEST:
        return
    for side in sides(text):
        yield fold(side)
        bare = _BRACKETS.sub(" ", side)
        if bare != side:
            yield fold(bare)


LONGEST = 120
"""Letters of a label; more is a sentence."""
