"""Numbers, money and moments as people read them in their language; pure but for the active language."""

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import formats, timezone, translation
from django.utils.translation import gettext, ngettext

# ISO 4217: currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip
_SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "TWD": "NT$", "HKD": "HK$", "AUD": "A$",
    "CAD": "CA$", "NZD": "NZ$", "INR": "₹", "KRW": "₩", "BRL": "R$", "MXN": "MX$",
}  # fmt: skip
_CHINESE_SYMBOLS = {"USD": "US$", "JPY": "JP¥", "CNY": "¥"}
_STEPS = {
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "k")),
    "zh-hans": ((1e8, "亿"), (1e4, "万")),
    "zh-hant": ((1e8, "億"), (1e4, "萬")),
}
_MINUTE, _HOUR, _DAY, _WEEK, _MONTH, _YEAR = 60, 3_600, 86_400, 604_800, 2_629_800, 31_557_600


def _is_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


def listed(items: Iterable[str]) -> str:
    """Write some things one after another: plan, seats; 方案、席位 in Chinese."""
    return gettext(", ").join(items)


def named(name: str, value: str) -> str:
    """Write a name and its value: plan: Premium."""
    return gettext("%(name)s: %(value)s") % {"name": name, "value": value}


def number(value: float | Decimal | None, digits: int = 0) -> str:
    """Write a number with thousands marked: 4,800 or 62.5; a dash for none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.{digits}f}".replace("-", "\u2212")


def compact(value: float | Decimal | None) -> str:
    """Write a large number short: 48.2k, 3.2M; 4.8万 in Chinese."""
    if value is None or not math.isfinite(value):
        return "–"
    size = float(value)
    for step, name in _STEPS.get(translation.get_language() or "en", _STEPS["en"]):
        # What would round to the step itself belongs to it: 999,960 is 1M, not 1000k.
        if abs(size) >= step * 0.9995:
            short = size / step
            return f"{number(short, 0 if abs(short) >= 99.95 else 1).removesuffix('.0')}{name}"
    return number(size, 0 if size == int(size) else 1)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share (0.62) as a percentage (62%)."""
    return "–" if share is None or not math.isfinite(share) else f"{number(share * 100, digits)}%"


def minor_units(amount: float, currency: str) -> int:
    """Turn whole units of a currency, as products tell them, into integer minor units."""
    return round(Decimal(str(amount)).scaleb(_MINOR_DIGITS.get(currency, 2)))


def money(minor: int | None, currency: str) -> str:
    """Write integer minor units of a currency: 480000 USD is $4,800; cents appear only when there are some."""
    if minor is None:
        return "–"
    digits = _MINOR_DIGITS.get(currency, 2)
    amount = Decimal(abs(minor)).scaleb(-digits)
    written = number(amount, digits if amount % 1 else 0)
    symbol = (_CHINESE_SYMBOLS.get(currency) if _is_chinese() else None) or _SYMBOLS.get(currency, f"{currency}\u00a0")
    return f"{'−' if minor < 0 else ''}{symbol}{written}"


def compact_money(minor: int | None, currency: str) -> str:
    """Write money short: $48.2k."""
    if minor is None:
        return "–"
    amount = Decimal(abs(minor)).scaleb(-_MINOR_DIGITS.get(currency, 2))
    symbol = (_CHINESE_SYMBOLS.get(currency) if _is_chinese() else None) or _SYMBOLS.get(currency, f"{currency}\u00a0")
    return f"{'−' if minor < 0 else ''}{symbol}{compact(amount)}"


def day(moment: date | datetime | None, now: datetime | None = None) -> str:
    """Write a day: 3 Mar, with the year when it is not this one (3 Mar 2025); 3月3日 in Chinese."""
    if moment is None:
        return "–"
    here = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    this_year = now is not None and here.year == timezone.localtime(now).year
    if _is_chinese():
        return f"{here.month}月{here.day}日" if this_year else f"{here.year}年{here.month}月{here.day}日"
    return formats.date_format(here, "j M" if this_year else "j M Y", use_l10n=False)


def clock_time(moment: datetime) -> str:
    """Write the time of day in the active zone: 09:30."""
    return timezone.localtime(moment).strftime("%H:%M")


def day_and_time(moment: datetime | None) -> str:
    """Write a moment in full: 3 Mar 2025, 09:30."""
    if moment is None:
        return "–"
    joint = " " if _is_chinese() else ", "
    return f"{day(moment)}{joint}{clock_time(moment)}"


def relative(moment: datetime | None, now: datetime) -> str:
    """Write how long ago or ahead: 5 minutes ago, in 3 days. The page keeps it true (frontend/src/clocks.ts)."""
    if moment is None:
        return "–"
    seconds = int((moment - now).total_seconds())
    past, size = seconds < 0, abs(seconds)
    if size < _MINUTE:
        return gettext("just now")
    if size < _HOUR:
        n = size // _MINUTE
        words = (
            ngettext("%(n)d minute ago", "%(n)d minutes ago", n)
            if past
            else ngettext("in %(n)d minute", "in %(n)d minutes", n)
        )
    elif size < _DAY:
        n = size // _HOUR
        words = (
            ngettext("%(n)d hour ago", "%(n)d hours ago", n) if past else ngettext("in %(n)d hour", "in %(n)d hours", n)
        )
    elif size < _WEEK:
        n = size // _DAY
        words = ngettext("%(n)d day ago", "%(n)d days ago", n) if past else ngettext("in %(n)d day", "in %(n)d days", n)
    elif size < _MONTH:
        n = size // _WEEK
        words = (
            ngettext("%(n)d week ago", "%(n)d weeks ago", n) if past else ngettext("in %(n)d week", "in %(n)d weeks", n)
        )
    elif size < _YEAR:
        n = size // _MONTH
        words = (
            ngettext("%(n)d month ago", "%(n)d months ago", n)
            if past
            else ngettext("in %(n)d month", "in %(n)d months", n)
        )
    else:
        n = size // _YEAR
        words = (
            ngettext("%(n)d year ago", "%(n)d years ago", n) if past else ngettext("in %(n)d year", "in %(n)d years", n)
        )
    return words % {"n": n}


def duration(length: timedelta | None) -> str:
    """Write a length of time in its two largest parts: 3 h 10 min, 2 d 4 h."""
    if length is None:
        return "–"
    minutes = max(0, round(length.total_seconds() / 60))
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        gettext("%(n)d d") % {"n": days} if days else "",
        gettext("%(n)d h") % {"n": hours} if hours else "",
        gettext("%(n)d min") % {"n": minutes} if minutes or not (days or hours) else "",
    ]
    return " ".join([part for part in parts if part][:2])


def initials(name: str) -> str:
    """Return the one or two letters that stand for a name; a Chinese name gives its last character or two."""
    words = [word for word in name.split() if any(letter.isalnum() for letter in word)]
    if not words:
        return "?"
    if len(words) == 1:
        word = "".join(letter for letter in words[0] if letter.isalnum())
        if "\u4e00" <= word[0] <= "\u9fff":
            return word[-2:] if len(word) > 2 else word[-1]
        return word[:2].capitalize()
    first, last = words[0], words[-1]
    return (_first_letter(first) + _first_letter(last)).upper()


def _first_letter(word: str) -> str:
    return next(letter for letter in word if letter.isalnum())
