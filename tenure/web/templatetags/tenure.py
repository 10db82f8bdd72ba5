"""What templates may ask for: `{{ 480000|money:"USD" }}`, `{{ moment|relative }}`, `{% icon "phone" %}`."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenure.health import queries as health
from tenure.kernel import clock
from tenure.web.shell import formats, icons, opening

register = template.Library()

_SAID_BY_THEIR_LABEL = {"email", "username", "current-password", "new-password", "one-time-code"}

T = TypeVar("T")


def _given(value: T) -> T | None:
    """Return the value, or None for the empty text Django gives in place of what is missing."""
    return None if value == "" else value


@register.filter
def number(value: float | Decimal | None, digits: int = 0) -> str:
    """Write a number with thousands marked."""
    return formats.number(_given(value), digits)


@register.filter
def compact(value: float | Decimal | None) -> str:
    """Write a large number short."""
    return formats.compact(_given(value))


@register.filter
def spoken(name: str) -> str:
    """Write a name of a scorecard's part in the reader's language where Tenure gave it."""
    return health.spoken(name)


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """Write a share as a percentage."""
    return formats.percent(_given(share), digits)


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Write integer minor units of a currency."""
    return formats.money(_given(minor), currency)


@register.filter
def compact_money(minor: int | None, currency: str) -> str:
    """Write money short."""
    return formats.compact_money(_given(minor), currency)


@register.filter
def day(moment: date | datetime | None) -> str:
    """Write a day, without the year when it is this one."""
    return formats.day(_given(moment), clock.now())


@register.filter
def clock_time(moment: datetime | None) -> str:
    """Write the time of day in the workspace's zone."""
    return formats.clock_time(moment) if moment else "–"


@register.filter
def day_and_time(moment: datetime | None) -> str:
    """Write a moment in full."""
    return formats.day_and_time(_given(moment))


@register.filter
def relative(moment: datetime | None) -> str:
    """Write how long ago or ahead."""
    return formats.relative(_given(moment), clock.now())


@register.filter
def duration(length: timedelta | None) -> str:
    """Write a length of time in its two largest parts."""
    return formats.duration(_given(length))


@register.filter
def as_json(value: object) -> str:
    """Write a value as JSON for an attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


@register.simple_tag
def chart_spec(spec: Mapping[str, Any], opens: str = "", closed: str = "") -> str:
    """Write a chart's specification for an attribute; a chart that opens to nothing has to say why (`closed`)."""
    if not closed and not (opens and opening.opens(spec)):
        raise template.TemplateSyntaxError(
            "a chart opens to what is behind it: say what `opens`, or why it is `closed`"
        )
    return as_json(spec)


@register.filter
def initials(name: object) -> str:
    """Return the letters that stand for a name."""
    return formats.initials(str(name))


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon; it is decoration, so words beside it must say the same. `size` may be "small"."""
    kind = "icon icon-small" if size == "small" else "icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', kind, icons.address(name))


@register.simple_tag
def field_control(field: BoundField) -> SafeString:
    """Draw a form field's control, tied to its help and errors for people who cannot see it."""
    widget = field.field.widget
    attributes: dict[str, str | bool] = {}
    if isinstance(widget, CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        look = ""
    else:
        look = "form-select" if isinstance(widget, Select) else "form-control"
    if look:
        attributes["class"] = f"{widget.attrs.get('class', '')} {look}".strip()
    if widget.attrs.get("autocomplete") in _SAID_BY_THEIR_LABEL:
        attributes["placeholder"] = ""
    if field.errors:
        attributes["aria-invalid"] = "true"
    parts = {"help": field.help_text, "error": field.errors}
    described = [f"{field.id_for_label}_{part}" for part, said in parts.items() if said]
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


@register.simple_tag
def spark(values: Sequence[float] | None, label: str, href: str) -> SafeString:
    """Draw a tiny line of the values, zero at the foot; `label` says in words what it shows, `href` is behind it."""
    if not href:
        raise template.TemplateSyntaxError("say where a tiny line leads")
    if not values or len(values) < 2:
        return SafeString("")
    top = max(*values, 0.0) or 1.0
    points = " ".join(
        f"{96 * at / (len(values) - 1):.1f},{19 - 18 * max(value, 0) / top:.1f}" for at, value in enumerate(values)
    )
    return format_html(
        '<a href="{}"><svg class="spark" viewBox="0 0 96 20" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke">'
        "</polyline></svg></a>",
        href,
        label,
        points,
    )
