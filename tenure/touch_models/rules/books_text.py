"""The text form of books: who can look after how much, and the pooled books with their targets.

members:
- email: ada@halyard.example
  accounts: 60
  mrr: 100000
  minutes_a_week: 1800
  languages: [en, de]
  timezone: Europe/London
  skills: [enterprise]
pooled:
- name: Long tail
  models: [low_touch]
  members: [ada@halyard.example]
  keep_percent: 85
  of: accounts
  days: 365
"""

from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import available_timezones

from tenure.kernel.written import Checking, Loaded, TextWrong, dumped, load
from tenure.kernel.written import Wrong as Written
from tenure.touch_models.errors import BooksWrong
from tenure.touch_models.types.books import Books, Capacity, Of, Pool, WrongBook

MOST_MEMBERS = 500
MOST_POOLS = 50
MOST_WORDS = 20
_LARGEST = 10**12


def to_text(books: Books) -> str:
    """Write books as YAML."""
    return dumped(to_json_form(books))


def to_json_form(books: Books) -> dict[str, Any]:
    """Return the form that is stored, sent and received."""
    whole: dict[str, Any] = {"members": [_member(m) for m in books.members]}
    if books.pooled:
        whole["pooled"] = [
            {
                "name": p.name,
                "models": list(p.models),
                "members": list(p.members),
                "keep_percent": p.keep_percent,
                "of": p.of.value,
                "days": p.days,
            }
            for p in books.pooled
        ]
    return whole


def from_text(text: str, *, emails: Collection[str], models: Collection[str]) -> Books:
    """Read YAML back, knowing who the members are and which models there are; raises `BooksWrong`."""
    try:
        loaded = load(text)
    except TextWrong as wrong:
        raise BooksWrong(wrong.problems) from wrong
    return _Reading(loaded, emails, models).whole()


def from_json_form(raw: Mapping[str, Any], *, emails: Collection[str], models: Collection[str]) -> Books:
    """Read and check what a form or a program sent; raises `BooksWrong`."""
    return _Reading(Loaded(plain=raw), emails, models).whole()


def stored(raw: Mapping[str, Any]) -> Books:
    """Read what is stored, without checking it again."""
    return Books(
        members=tuple(
            Capacity(
                email=m["email"],
                accounts=m.get("accounts"),
                mrr=m.get("mrr"),
                minutes_a_week=m.get("minutes_a_week"),
                languages=tuple(m.get("languages", ())),
                timezone=m.get("timezone", ""),
                skills=tuple(m.get("skills", ())),
            )
            for m in raw.get("members", ())
        ),
        pooled=tuple(
            Pool(
                name=p["name"],
                models=tuple(p["models"]),
                members=tuple(p["members"]),
                keep_percent=p["keep_percent"],
                of=Of(p.get("of", "accounts")),
                days=p.get("days", 365),
            )
            for p in raw.get("pooled", ())
        ),
    )


def _member(member: Capacity) -> dict[str, Any]:
    plain: dict[str, Any] = {"email": member.email}
    for field in ("accounts", "mrr", "minutes_a_week"):
        if getattr(member, field) is not None:
            plain[field] = getattr(member, field)
    if member.languages:
        plain["languages"] = list(member.languages)
    if member.timezone:
        plain["timezone"] = member.timezone
    if member.skills:
        plain["skills"] = list(member.skills)
    return plain


class _Reading:
    def __init__(self, loaded: Loaded, emails: Collection[str], models: Collection[str]) -> None:
        self._found = Checking(loaded)
        self._plain = loaded.plain
        self._emails = {email.casefold() for email in emails}
        self._models = models

    def whole(self) -> Books:
        found = self._found
        said = found.mapping(self._plain, "", known=("members", "pooled"))
        members = [
            self._capacity(raw, f"members[{n}]")
            for n, raw in enumerate(found.listing(said.get("members"), "members", most=MOST_MEMBERS))
        ]
        for n, member in enumerate(members):
            if member.email in [m.email for m in members[:n]]:
                found.wrong(f"members[{n}].email", Written.TWICE, given=member.email)
        pooled = [
            self._pool(raw, f"pooled[{n}]")
            for n, raw in enumerate(found.listing(said.get("pooled"), "pooled", most=MOST_POOLS))
        ]
        for n, pool in enumerate(pooled):
            if pool.name in [p.name for p in pooled[:n]]:
                found.wrong(f"pooled[{n}].name", Written.TWICE, given=pool.name)
        if found.problems:
            raise BooksWrong(found.problems)
        return Books(members=tuple(members), pooled=tuple(pooled))

    def _capacity(self, raw: object, path: str) -> Capacity:
        found = self._found
        known = ("email", "accounts", "mrr", "minutes_a_week", "languages", "timezone", "skills")
        said = found.mapping(raw, path, known=known, needed=("email",))
        timezone = found.text(said.get("timezone"), f"{path}.timezone", most=60, default="")
        if timezone and timezone not in available_timezones():
            found.wrong(f"{path}.timezone", WrongBook.TIMEZONE_UNKNOWN, given=timezone)
        return Capacity(
            email=self._email(said.get("email"), f"{path}.email") if "email" in said else "",
            accounts=self._bound(said.get("accounts"), f"{path}.accounts"),
            mrr=self._bound(said.get("mrr"), f"{path}.mrr"),
            minutes_a_week=self._bound(said.get("minutes_a_week"), f"{path}.minutes_a_week"),
            languages=self._words(said.get("languages"), f"{path}.languages"),
            timezone=timezone,
            skills=self._words(said.get("skills"), f"{path}.skills"),
        )

    def _pool(self, raw: object, path: str) -> Pool:
        found = self._found
        known = ("name", "models", "members", "keep_percent", "of", "days")
        said = found.mapping(raw, path, known=known, needed=("name", "models", "members", "keep_percent"))
        models = self._words(said.get("models"), f"{path}.models")
        for n, model in enumerate(models):
            if model not in self._models:
                choices = ", ".join(self._models)
                found.wrong(f"{path}.models[{n}]", WrongBook.BOOK_MODEL_UNKNOWN, given=model, choices=choices)
        emails = [
            self._email(each, f"{path}.members[{n}]")
            for n, each in enumerate(found.listing(said.get("members"), f"{path}.members", most=MOST_MEMBERS))
        ]
        return Pool(
            name=found.text(said.get("name"), f"{path}.name", most=60) if "name" in said else "",
            models=models,
            members=tuple(dict.fromkeys(emails)),
            keep_percent=found.whole(said.get("keep_percent"), f"{path}.keep_percent", low=1, high=100, default=85),
            of=Of(found.choice(said.get("of"), f"{path}.of", [o.value for o in Of], default=Of.ACCOUNTS.value)),
            days=found.whole(said.get("days"), f"{path}.days", low=7, high=1_095, default=365),
        )

    def _email(self, raw: object, path: str) -> str:
        said = self._found.text(raw, path, most=254).casefold()
        if said and said not in self._emails:
            self._found.wrong(path, WrongBook.MEMBER_UNKNOWN, given=said)
        return said

    def _bound(self, raw: object, path: str) -> int | None:
        return None if raw is None else self._found.whole(raw, path, low=0, high=_LARGEST)

    def _words(self, raw: object, path: str) -> tuple[str, ...]:
        listed = self._found.listing(raw, path, most=MOST_WORDS)
        return tuple(
            dict.fromkeys(self._found.text(w, f"{path}[{n}]", most=40).casefold() for n, w in enumerate(listed))
        )
