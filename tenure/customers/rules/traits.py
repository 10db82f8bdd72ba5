"""Which word about somebody wins, and what well-known traits mean."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, NamedTuple
from zoneinfo import available_timezones

import msgspec

from tenure.customers.types import Micros, Role

LONGEST_NAME = 255
MOST_TRAITS = 1_000
"""Traits kept for one subject; who sends more is using names as values."""


SIGN_UP_TRAITS = ("createdAt", "created_at", "signedUpAt", "signed_up_at")


class Said(NamedTuple):
    """One trait as somebody said it."""

    name: str
    value: Any
    at: Micros
    source: str


class Learnt(NamedTuple):
    """A subject's traits after listening: values, when each was last said, what changed, what came too late to."""

    values: dict[str, Any]
    times: dict[str, Micros]
    changes: list[Said]
    late: list[Said]


def learn(values: Mapping[str, Any], times: Mapping[str, Micros], said: Sequence[Said]) -> Learnt:
    """Let the last word win, whatever the order of arrival; of words said at once, the greater in JSON wins.

    A null takes a trait away. Saying the same again only renews its time.
    """
    values, times = dict(values), dict(times)
    changes: list[Said] = []
    late: list[Said] = []
    for word in sorted(said, key=lambda s: s.at):
        name = word.name
        last = times.get(name)
        if last is None:
            if len(times) >= MOST_TRAITS or not 0 < len(name) <= LONGEST_NAME:
                continue
        elif word.at < last or (word.at == last and canonical(word.value) <= canonical(values.get(name))):
            if word.at < last and not same(word.value, values.get(name)):
                late.append(word)
            continue
        times[name] = word.at
        if last is not None and same(word.value, values.get(name)):
            continue
        if word.value is None:
            values.pop(name, None)
        else:
            values[name] = word.value
        if last is not None or word.value is not None:
            changes.append(word)
    return Learnt(values, times, changes, late)


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def canonical(value: Any) -> bytes:
    """Write a JSON value so that equal values are equal bytes."""
    return msgspec.json.encode(value, order="sorted")


def moment_of(value: Any) -> datetime | None:
    """Read a moment as products write it: ISO 8601, or seconds or milliseconds since 1970; None for anything else."""
    try:
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\d{9,13}", value)):
            seconds = float(value)
            if not math.isfinite(seconds):
                return None
            read = datetime.fromtimestamp(seconds / 1000 if abs(seconds) > 1e11 else seconds, UTC)
        elif isinstance(value, str):
            read = datetime.fromisoformat(value.strip())
            read = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return read if 1970 <= read.year <= 2200 else None


class PersonColumns(NamedTuple):
    """What the traits of a person say in well-known words."""

    name: str
    email: str
    timezone: str
    locale: str
    signed_up_at: datetime | None


class AccountColumns(NamedTuple):
    """What the traits of an account say in well-known words."""

    name: str
    domain: str
    signed_up_at: datetime | None
    parent: str


def person_columns(traits: Mapping[str, Any]) -> PersonColumns:
    """Read name, e-mail, time zone, locale and sign-up from a person's traits."""
    name = _text(traits, "name", "fullName", "full_name", longest=500) or " ".join(
        part
        for part in (
            _text(traits, "firstName", "first_name", longest=240),
            _text(traits, "lastName", "last_name", longest=240),
        )
        if part
    )
    email = _text(traits, "email", "e-mail", "emailAddress", longest=320)
    timezone = _text(traits, "timezone", "timeZone", "time_zone", longest=60)
    locale = _text(traits, "locale", "language", longest=35)
    return PersonColumns(
        name=name,
        email=email if email.count("@") == 1 else "",
        timezone=timezone if timezone in _zones() else "",
        locale=locale.replace("_", "-") if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", locale) else "",
        signed_up_at=_moment(traits, *SIGN_UP_TRAITS),
    )


def account_columns(traits: Mapping[str, Any]) -> AccountColumns:
    """Read name, domain, sign-up and parent from an account's traits."""
    return AccountColumns(
        name=_text(traits, "name", "companyName", "company_name", longest=500),
        domain=domain_of(_text(traits, "domain", longest=255) or _text(traits, "website", "url", longest=2_000)),
        signed_up_at=_moment(traits, *SIGN_UP_TRAITS),
        parent=_text(traits, "parent_id", "parentId", "parentAccountId", longest=500),
    )


def domain_of(text: str) -> str:
    """Return the bare domain of a website or address: `https://www.Fjord.example/about` is fjord.example."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower()).split("/")[0].split("?")[0]
    host = host.rpartition("@")[2].split(":")[0].removeprefix("www.").strip(".")
    return host if "." in host and re.fullmatch(r"[^\s@]{3,255}", host) else ""


FREE_MAIL = frozenset(files("tenure.customers").joinpath("free_mail_domains.txt").read_text().split())
"""Domains where anybody may have an address, so that sharing one says nothing."""


def company_domain(email: str) -> str:
    """Return the domain of an e-mail address unless it is a free mail provider's."""
    domain = domain_of(email.rpartition("@")[2])
    return "" if domain in FREE_MAIL else domain


_ROLES = {role.value: role for role in Role} | {
    word: role
    for role, words in {
        Role.ADMINISTRATOR: "admin owner super_admin superadmin account_owner workspace_admin administrators",
        Role.EXECUTIVE: "ceo cfo coo cmo cto vp founder director c_level",
        Role.EXECUTIVE_SPONSOR: "sponsor exec_sponsor",
        Role.BUYER: "billing billing_admin finance purchaser economic_buyer",
        Role.MANAGER: "lead team_lead team_manager",
        Role.POWER_USER: "poweruser expert superuser",
        Role.IT: "it_admin sysadmin security developer engineer",
    }.items()
    for word in words.split()
}


def role_of(value: Any) -> Role:
    """Understand a role as products write it; who says nothing we know is a user."""
    if not isinstance(value, str):
        return Role.USER
    return _ROLES.get(re.sub(r"[\s\-/]+", "_", value.strip().lower()), Role.USER)


def _text(traits: Mapping[str, Any], *names: str, longest: int) -> str:
    for name in names:
        value = traits.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()[:longest]
    return ""


def _moment(traits: Mapping[str, Any], *names: str) -> datetime | None:
    return next((read for name in names if (read := moment_of(traits.get(name)))), None)


_known_zones: frozenset[str] = frozenset()


def _zones() -> frozenset[str]:
    global _known_zones
    if not _known_zones:
        _known_zones = frozenset(available_timezones())
    return _known_zones
