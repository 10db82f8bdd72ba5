"""Where the simulated companies work: their clock, their weekend and the days off they take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from dateutil.easter import easter

SATURDAY_SUNDAY = frozenset({5, 6})
FRIDAY_SATURDAY = frozenset({4, 5})

WORKDAY_PACE = (1.0, 1.06, 1.08, 1.03, 0.88)
"""How busy the first to the fifth day of a working week are, against the mean."""
DAY_OFF_PACE = 0.09

DatedPace: TypeAlias = tuple[date, date, float]
"""First day, last day, and what share of the usual work is done between them."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A country (or a part of one with its own clock)."""

    country: str
    timezone: str
    language: str
    currency: str = "USD"
    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: tuple[Callable[[int], Sequence[DatedPace]], ...] = ()


def _around(first: date | None, days: int, pace: float) -> list[DatedPace]:
    return [] if first is None else [(first, first + timedelta(days=days - 1), pace)]


def _year_end(year: int) -> list[DatedPace]:
    """Christmas to New Year."""
    return [
        (date(year, 1, 1), date(year, 1, 1), 0.08),
        (date(year, 1, 2), date(year, 1, 4), 0.55),
        (date(year, 12, 22), date(year, 12, 23), 0.6),
        (date(year, 12, 24), date(year, 12, 26), 0.08),
        (date(year, 12, 27), date(year, 12, 31), 0.3),
    ]


def _easter(year: int) -> list[DatedPace]:
    return _around(easter(year) - timedelta(days=2), 4, 0.2)


def _thanksgiving(year: int) -> list[DatedPace]:
    """The fourth Thursday of November and the Friday after it."""
    first = date(year, 11, 1)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
    return [(thursday, thursday, 0.06), (thursday + timedelta(days=1), thursday + timedelta(days=1), 0.3)]


def _european_summer(year: int) -> list[DatedPace]:
    return [(date(year, 8, 3), date(year, 8, 21), 0.72)]


_LUNAR_NEW_YEAR = {
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
}
_EID_AL_FITR = {
    2023: date(2023, 4, 21),
    2024: date(2024, 4, 10),
    2025: date(2025, 3, 30),
    2026: date(2026, 3, 20),
    2027: date(2027, 3, 10),
    2028: date(2028, 2, 27),
    2029: date(2029, 2, 15),
    2030: date(2030, 2, 5),
}
_ROSH_HASHANAH = {
    2023: date(2023, 9, 16),
    2024: date(2024, 10, 3),
    2025: date(2025, 9, 23),
    2026: date(2026, 9, 12),
    2027: date(2027, 10, 2),
    2028: date(2028, 9, 21),
    2029: date(2029, 9, 10),
    2030: date(2030, 9, 28),
}
# Calendars that follow the moon are looked up; a year outside the table has no such holiday here.


def _spring_festival(year: int) -> list[DatedPace]:
    new_year = _LUNAR_NEW_YEAR.get(year)
    return _around(new_year - timedelta(days=1) if new_year else None, 7, 0.06)


def _eid(year: int) -> list[DatedPace]:
    return _around(_EID_AL_FITR.get(year), 5, 0.1)


def _rosh_hashanah(year: int) -> list[DatedPace]:
    return _around(_ROSH_HASHANAH.get(year), 2, 0.05)


def _national_week(year: int) -> list[DatedPace]:
    """China's Golden Week."""
    return [(date(year, 10, 1), date(year, 10, 7), 0.08)]


def _japanese_golden_week(year: int) -> list[DatedPace]:
    return [(date(year, 4, 29), date(year, 5, 5), 0.15)]


_WESTERN = (_year_end, _easter)
_EUROPEAN = (_year_end, _easter, _european_summer)

PLACES: dict[str, Place] = {
    "US-east": Place(country="US", timezone="America/New_York", language="en-US", holidays=(_year_end, _thanksgiving)),
    "US-central": Place(
        country="US", timezone="America/Chicago", language="en-US", holidays=(_year_end, _thanksgiving)
    ),
    "US-west": Place(
        country="US", timezone="America/Los_Angeles", language="en-US", holidays=(_year_end, _thanksgiving)
    ),
    "CA": Place(country="CA", timezone="America/Toronto", language="en-CA", holidays=_WESTERN),
    "GB": Place(country="GB", timezone="Europe/London", language="en-GB", holidays=_WESTERN),
    "IE": Place(country="IE", timezone="Europe/Dublin", language="en-IE", holidays=_WESTERN),
    "AU": Place(country="AU", timezone="Australia/Sydney", language="en-AU", holidays=_WESTERN),
    "DE": Place(country="DE", timezone="Europe/Berlin", language="de-DE", holidays=_EUROPEAN),
    "AT": Place(country="AT", timezone="Europe/Vienna", language="de-AT", holidays=_EUROPEAN),
    "CH": Place(country="CH", timezone="Europe/Zurich", language="de-CH", holidays=_EUROPEAN),
    "FR": Place(country="FR", timezone="Europe/Paris", language="fr-FR", holidays=_EUROPEAN),
    "BE": Place(country="BE", timezone="Europe/Brussels", language="fr-BE", holidays=_EUROPEAN),
    "ES": Place(country="ES", timezone="Europe/Madrid", language="es-ES", holidays=_EUROPEAN),
    "MX": Place(country="MX", timezone="America/Mexico_City", language="es-MX", holidays=_WESTERN),
    "CO": Place(country="CO", timezone="America/Bogota", language="es-CO", holidays=_WESTERN),
    "BR": Place(country="BR", timezone="America/Sao_Paulo", language="pt-BR", holidays=_WESTERN),
    "PT": Place(country="PT", timezone="Europe/Lisbon", language="pt-PT", holidays=_EUROPEAN),
    "PL": Place(country="PL", timezone="Europe/Warsaw", language="pl-PL", holidays=_WESTERN),
    "TR": Place(country="TR", timezone="Europe/Istanbul", language="tr-TR", holidays=(_eid,)),
    "UA": Place(country="UA", timezone="Europe/Kyiv", language="uk-UA", holidays=(_year_end,)),
    "CN": Place(country="CN", timezone="Asia/Shanghai", language="zh-CN", holidays=(_spring_festival, _national_week)),
    "TW": Place(country="TW", timezone="Asia/Taipei", language="zh-TW", holidays=(_spring_festival,)),
    "HK": Place(country="HK", timezone="Asia/Hong_Kong", language="zh-HK", holidays=(_spring_festival,)),
    "JP": Place(country="JP", timezone="Asia/Tokyo", language="ja-JP", holidays=(_year_end, _japanese_golden_week)),
    "KR": Place(country="KR", timezone="Asia/Seoul", language="ko-KR", holidays=(_spring_festival,)),
    "SA": Place(country="SA", timezone="Asia/Riyadh", language="ar-SA", weekend=FRIDAY_SATURDAY, holidays=(_eid,)),
    "AE": Place(country="AE", timezone="Asia/Dubai", language="ar-AE", holidays=(_eid,)),
    "EG": Place(country="EG", timezone="Africa/Cairo", language="ar-EG", weekend=FRIDAY_SATURDAY, holidays=(_eid,)),
    "IL": Place(
        country="IL", timezone="Asia/Jerusalem", language="he-IL", weekend=FRIDAY_SATURDAY, holidays=(_rosh_hashanah,)
    ),
    "IN": Place(country="IN", timezone="Asia/Kolkata", language="hi-IN"),
}


def daily_pace(place: Place, first: date, days: int) -> npt.NDArray[np.float64]:
    """Give the share of a usual day's work done on each of `days` days from `first`, in the place's own calendar."""
    pace = np.empty(days)
    for index in range(days):
        day = first + timedelta(days=index)
        if day.weekday() in place.weekend:
            pace[index] = DAY_OFF_PACE
        else:
            after_weekend = (day.weekday() - max(place.weekend) - 1) % 7
            pace[index] = WORKDAY_PACE[after_weekend]
    last = first + timedelta(days=days - 1)
    for year in range(first.year, last.year + 1):
        for holiday in place.holidays:
            for start, end, share in holiday(year):
                since, until = max((start - first).days, 0), min((end - first).days + 1, days)
                if since < until:
                    pace[since:until] *= share
    return pace


def utc_offsets(place: Place, first: date, days: int) -> npt.NDArray[np.int64]:
    """Give the seconds by which local noon is ahead of UTC on each day, summer time included."""
    zone = ZoneInfo(place.timezone)
    offsets = np.empty(days, np.int64)
    for index in range(days):
        noon = datetime.combine(first + timedelta(days=index), time(12), UTC)
        offset = noon.astimezone(zone).utcoffset()
        offsets[index] = int(offset.total_seconds()) if offset is not None else 0
    return offsets
