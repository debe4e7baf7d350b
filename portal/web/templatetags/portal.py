"""The components every page is made of; ``docs/look.md`` shows each. Loaded in every template as a builtin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import RequestContext
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.web.currencies import decimals
from portal.web.templatetags.icons import PATHS

register = template.Library()

TONES = ("wait", "info", "good", "bad", "quiet", "off")
NOTHING = "–"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawn sign. Decorative, unless ``label`` gives it a name of its own."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" focusable="false" {}><path d="{}"/></svg>',
        said,
        PATHS[name],
    )


@register.simple_tag
def state(text: object, tone: str = "quiet") -> SafeString:
    """The state tag. Tones: wait (somebody must act), info (the other side has it), good, bad, quiet, off."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"No tone {tone!r}: choose from {', '.join(TONES)}.")
    return format_html('<span class="state state-{}">{}</span>', tone, text)


@register.filter
def quantity(value: Any) -> str:
    """A number as people write it: grouped, without trailing zeros."""
    if value is None or value == "":
        return NOTHING
    number = Decimal(str(value)).normalize()
    exponent = number.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def money(value: Any, currency: str = "") -> str:
    """An amount or a price with its currency; see :func:`amount`."""
    return NOTHING if value is None or value == "" else f"{amount(value, currency)} {currency}".strip()


@register.filter
def amount(value: Any, currency: str = "") -> str:
    """The bare number: as many decimals as the currency has, more where a price has them."""
    if value is None or value == "":
        return NOTHING
    number, least = Decimal(str(value)), decimals(currency)
    exponent = number.normalize().as_tuple().exponent
    places = max(least, -exponent if isinstance(exponent, int) else least)
    return number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def day(value: Any) -> str:
    """A date with its weekday, from a date or an ISO text."""
    date = _date(value)
    if date is None:
        return NOTHING
    # Translators: a date with its weekday in Django's format letters: Wed 9 Dec 2026
    words = date_format(date, pgettext("date format", "D j M Y"), use_l10n=False)
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), words)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A time in the person's own zone."""
    if value is None:
        return NOTHING
    local = localtime(value)
    # Translators: a date with time in Django's format letters: 9 Dec 2026, 14:05
    words = date_format(local, pgettext("date format", "j M Y, H:i"), use_l10n=False)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), words)


@register.filter
def away(value: Any, today: dt.date | None = None) -> str:
    """How far a day is: ``today``, ``in 3 days``, ``4 days ago``."""
    date = _date(value)
    if date is None:
        return ""
    days = (date - (today or localdate())).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


@register.simple_tag
def difference(before: object, after: object) -> SafeString:
    """What was, struck through, and what is."""
    return format_html(
        '<span class="difference"><span class="visually-hidden">{}</span><del>{}</del>'
        '<span class="visually-hidden">{}</span><ins>{}</ins></span>',
        _("before:"),
        before if before not in ("", None) else NOTHING,
        _("now:"),
        after if after not in ("", None) else NOTHING,
    )


@register.simple_tag
def progress(done: int, total: int, label: str) -> SafeString:
    """How far long work is."""
    return format_html(
        '<div class="progress-line"><span>{} <span class="soft">({}/{})</span></span>'
        '<progress value="{}" max="{}" aria-label="{}"></progress></div>',
        label,
        done,
        total,
        done,
        total or 1,
        label,
    )


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's widget in the portal's dress, tied to its error and help."""
    kind = field.widget_type
    if kind == "checkbox":
        return field.as_widget(attrs={"class": "form-check-input"})
    said = [f"{field.auto_id}_error"] if field.errors else []
    said += [f"{field.auto_id}_helptext"] if field.help_text else []
    attrs: dict[str, str | bool] = {"class": "form-select" if kind == "select" else "form-control"}
    if said:
        attrs["aria-describedby"] = " ".join(said)
    return field.as_widget(attrs={**attrs, "placeholder": ""})


Faults = Iterable[tuple[str, str]]


@register.simple_tag
def invalid(faults: Faults, *place: object, also: str = "") -> SafeString:
    """Inside the tag of a field: that it is wrong, and which text says so. ``faults`` are those of the error summary.

    ``place`` is the id of the field, or of its group, in parts: ``"reason" line.pk``. ``also`` is the id of a text that
    describes it anyway.
    """
    name = _id(place)
    wrong = any(at == name for _message, at in faults or ())
    said = " ".join(filter(None, [f"{name}-error" if wrong else "", also]))
    return format_html(
        "{}{}",
        mark_safe(' aria-invalid="true"') if wrong else "",
        format_html(' aria-describedby="{}"', said) if said else "",
    )


@register.simple_tag
def fault(faults: Faults, *place: object) -> SafeString:
    """Behind a field: what is wrong with it, where :func:`invalid` of the same place says it is."""
    name = _id(place)
    said = " ".join(message for message, at in faults or () if at == name)
    return format_html('<span class="field-error" id="{}-error">{}</span>', name, said) if said else SafeString("")


def _id(parts: Iterable[object]) -> str:
    return "-".join(map(str, parts))


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: object) -> str:
    """This page's query string with some values changed (empty ones dropped), for links that keep the filters.

    A page that shows a list at an address of its own names the list's as ``list_at``.
    """
    return f"{context.get('list_at', '')}{_said(context, changes)}"


@register.simple_tag(takes_context=True)
def narrowed(context: RequestContext, name: str, value: str) -> str:
    """The same for one value of a name that is not known beforehand, from the first page on."""
    return query(context, **{name: value, "cursor": ""})


@register.simple_tag(takes_context=True)
def filters(context: RequestContext) -> str:
    """What this page is narrowed to, for the address of another one about the same rows."""
    return _said(context, {"cursor": ""})


def _said(context: RequestContext, changes: Mapping[str, object]) -> str:
    assert context.request is not None
    values = context.request.GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}"


@register.simple_tag
def schedule(deliveries: Iterable[tuple[Any, Any]], asked: Any, unit: str = "") -> SafeString:
    """Deliveries ``(quantity, date)`` on a line of time, with the date that was asked for as a dashed tick."""
    wanted = _date(asked)
    dated = [(amount, date) for amount, given in deliveries if (date := _date(given))]
    if wanted is None or not dated:
        return SafeString("")
    return _drawing(sorted(dated, key=lambda one: one[1]), wanted, unit)


WIDTH, LEFT, RIGHT = 320, 28, 292


def _drawing(dated: Sequence[tuple[Any, dt.date]], wanted: dt.date, unit: str) -> SafeString:
    first = min(wanted, dated[0][1])
    span = max((max(wanted, dated[-1][1]) - first).days, 1)

    def place(date: dt.date) -> int:
        return LEFT + round((date - first).days / span * (RIGHT - LEFT)) if span > 1 or date != first else LEFT

    said = ", ".join(f"{quantity(amount)} {unit} {date_format(date, 'SHORT_DATE_FORMAT')}" for amount, date in dated)
    label = _("Deliveries: %(said)s. Asked for: %(asked)s.") % {
        "said": said,
        "asked": date_format(wanted, "SHORT_DATE_FORMAT"),
    }
    # Translators: a short date in Django's format letters: 9 Dec
    short = pgettext("date format", "j M")
    dots = format_html_join(
        "",
        '<circle class="dot{}" cx="{}" cy="26" r="6"/>',
        ((" late" if date > wanted else "", place(date)) for _amount, date in dated),
    )
    words = format_html_join(
        "",
        '<text class="amount" x="{0}" y="13" text-anchor="middle">{1}</text>'
        '<text x="{0}" y="46" text-anchor="middle">{2}</text>',
        (
            (place(date), quantity(amount), date_format(date, short, use_l10n=False))
            for amount, date in _apart(dated, place)
        ),
    )
    return format_html(
        '<svg class="schedule" viewBox="0 0 {} 50" role="img" aria-label="{}"><line class="base" x1="8" x2="{}" '
        'y1="26" y2="26"/><line class="asked" x1="{}" x2="{}" y1="16" y2="36"/>{}{}</svg>',
        WIDTH,
        label,
        WIDTH - 8,
        place(wanted),
        place(wanted),
        dots,
        words,
    )


def _apart(dated: Sequence[tuple[Any, dt.date]], place: Callable[[dt.date], int]) -> list[tuple[Any, dt.date]]:
    """The deliveries whose words do not run into those of the one before; the others keep just their dot."""
    shown: list[tuple[Any, dt.date]] = []
    for amount, date in dated:
        if not shown or place(date) - place(shown[-1][1]) >= 44:
            shown.append((amount, date))
    return shown


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return localtime(value).date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
