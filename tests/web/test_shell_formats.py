"""Numbers, money and moments as people read them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from tenure.web.shell import formats

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "english", "chinese"),
    [
        (480000, "USD", "$4,800", "US$4,800"),
        (480050, "USD", "$4,800.50", "US$4,800.50"),
        (-990, "EUR", "\u2212€9.90", "\u2212€9.90"),
        (1200, "JPY", "¥1,200", "JP¥1,200"),
        (1200, "CNY", "CN¥12", "¥12"),
        (1500, "KWD", "KWD\u00a01.500", "KWD\u00a01.500"),
        (0, "USD", "$0", "US$0"),
        (None, "USD", "–", "–"),
    ],
)
def test_writes_money_in_its_currency(minor: int | None, currency: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert formats.money(minor, currency) == english
    with translation.override("zh-hans"):
        assert formats.money(minor, currency) == chinese


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "JPY", "KWD"]))
def test_loses_no_money(minor: int, currency: str) -> None:
    digits = {"USD": 2, "JPY": 0, "KWD": 3}[currency]

    written = formats.money(minor, currency).replace("\u2212", "-")

    whole, _, part = re.sub(r"[^0-9.-]", "", written).partition(".")
    sign = -1 if whole.startswith("-") else 1
    assert sign * (abs(int(whole)) * 10**digits + int((part or "0").ljust(digits, "0") or 0)) == minor


@pytest.mark.parametrize(
    ("value", "english", "hans", "hant"),
    [
        (0, "0", "0", "0"),
        (999, "999", "999", "999"),
        (1000, "1k", "1,000", "1,000"),
        (48_210, "48.2k", "4.8万", "4.8萬"),
        (999_960, "1M", "100万", "100萬"),
        (3_200_000, "3.2M", "320万", "320萬"),
        (-48_210, "\u221248.2k", "\u22124.8万", "\u22124.8萬"),
        (250_000_000, "250M", "2.5亿", "2.5億"),
        (None, "–", "–", "–"),
        (float("nan"), "–", "–", "–"),
    ],
)
def test_writes_large_numbers_short(value: float | None, english: str, hans: str, hant: str) -> None:
    for language, expected in (("en", english), ("zh-hans", hans), ("zh-hant", hant)):
        with translation.override(language):
            assert formats.compact(value) == expected


@given(st.floats(-1e12, 1e12))
def test_short_numbers_are_close(value: float) -> None:
    with translation.override("en"):
        written = formats.compact(value)

    sizes = {"k": 1e3, "M": 1e6, "B": 1e9}
    size = sizes.get(written[-1], 1)
    read = float(written.rstrip("kMB").replace(",", "").replace("\u2212", "-")) * size
    assert abs(read - value) <= max(0.06 * size if abs(read / size) < 100 else 0.51 * size, abs(value) * 0.006)


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=13), "1 week ago"),
        (timedelta(days=31), "1 month ago"),
        (timedelta(days=800), "2 years ago"),
        (-timedelta(minutes=5), "in 5 minutes"),
        (-timedelta(days=3), "in 3 days"),
    ],
)
def test_says_how_long_ago(ago: timedelta, expected: str) -> None:
    with translation.override("en"):
        assert formats.relative(NOW - ago, NOW) == expected


def test_leaves_out_this_year() -> None:
    with translation.override("en"), timezone.override("UTC"):
        assert formats.day(date(2026, 3, 3), NOW) == "3 Mar"
        assert formats.day(date(2025, 3, 3), NOW) == "3 Mar 2025"
    with translation.override("zh-hant"), timezone.override("UTC"):
        assert formats.day(date(2026, 3, 3), NOW) == "3月3日"
        assert formats.day(date(2025, 3, 3), NOW) == "2025年3月3日"


def test_shows_the_time_of_the_workspace() -> None:
    with timezone.override("Asia/Taipei"), translation.override("en"):
        assert formats.day_and_time(datetime(2026, 3, 3, 22, 30, tzinfo=UTC)) == "4 Mar 2026, 06:30"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(0), "0 min"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=3, minutes=10), "3 h 10 min"),
        (timedelta(days=2, hours=4, minutes=30), "2 d 4 h"),
        (None, "–"),
    ],
)
def test_writes_lengths_in_two_parts(length: timedelta | None, expected: str) -> None:
    assert formats.duration(length) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "Ad"),
        ("Maria de la Cruz", "MC"),
        ("王小明", "小明"),
        ("王明", "明"),
        ("مؤسسة النور", "ما"),
        ("  ", "?"),
        ("🎉 !!", "?"),
        ("(Beta) GmbH", "BG"),
    ],
)
def test_stands_for_a_name(name: str, expected: str) -> None:
    assert formats.initials(name) == expected


@given(st.text())
def test_initials_never_fail(name: str) -> None:
    assert 1 <= len(formats.initials(name)) <= 4


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "plan, seats"), ("zh-hans", "plan、seats"), ("zh-hant", "plan、seats")]
)
def test_lists_things_as_the_language_does(language: str, expected: str) -> None:
    with translation.override(language):
        assert formats.listed(["plan", "seats"]) == expected
