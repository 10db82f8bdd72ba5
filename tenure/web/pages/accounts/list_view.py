"""What a list of accounts shows, as its address holds it: filters, sorting, columns. The address is the view."""

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

from tenure.customers.types import AccountFilter, Stage, TraitFilter, TraitTest
from tenure.kernel.errors import Invalid
from tenure.web.asked import whole

SORTS = (
    "name", "owner", "mrr", "last_seen_at", "signed_up_at", "health", "risk", "signals", "renewal", "task",
)  # fmt: skip
DEFAULT_COLUMNS = (
    "health", "risk", "mrr", "renewal", "signals", "task", "use", "trend", "last_seen", "lifecycle", "touch", "vip",
    "owner",
)  # fmt: skip
OWN_COLUMNS = (*DEFAULT_COLUMNS, "plan", "people", "stage", "domain", "signed_up", "id")
EVERYTHING = "sort=name"
"""The address of all accounts: a list without any address opens on the member's own book."""


class FilterUnreadable(Invalid):
    """A filter in this address cannot be read; take it away or choose it again."""

    code = "filter_unreadable"


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountsView:
    """One way to look at the accounts. Equal views have equal addresses."""

    q: str = ""
    stages: tuple[Stage, ...] = ()
    owners: tuple[int, ...] = ()
    without_owner: bool = False
    seen_more_days: int | None = None
    seen_less_days: int | None = None
    segment: int | None = None
    with_signals: bool = False
    renews_days: int | None = None
    with_late_tasks: bool = False
    traits: tuple[TraitFilter, ...] = ()
    sort: str = "name"
    columns: tuple[str, ...] = DEFAULT_COLUMNS

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """Read a view from an address; raises `FilterUnreadable` rather than show more than was asked for."""
        owners = [value for value in query.getlist("owner") if value]
        sort = query.get("sort") or "name"
        if sort.removeprefix("-") not in SORTS:
            raise FilterUnreadable
        return cls(
            q=query.get("q", "").replace("\x00", "").strip()[:200],
            stages=tuple(_stage(value) for value in query.getlist("stage") if value),
            owners=tuple(_number(value) for value in owners if value != "none"),
            without_owner="none" in owners,
            seen_more_days=_days(query.get("seen_more", "")),
            seen_less_days=_days(query.get("seen_less", "")),
            segment=_number(str(query.get("segment"))) if query.get("segment") else None,
            with_signals=bool(query.get("signals")),
            renews_days=_days(query.get("renews", "")),
            with_late_tasks=bool(query.get("late")),
            traits=tuple(dict.fromkeys([*_traits_of_form(query), *map(_trait, filter(None, query.getlist("trait")))])),
            sort=sort,
            columns=_columns(query),
        )

    def address(self) -> str:
        """Write the view as the query part of an address, without what is as usual."""
        parts: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        parts += [("stage", stage.value) for stage in self.stages]
        parts += [("owner", str(owner)) for owner in self.owners]
        parts += [("owner", "none")] if self.without_owner else []
        parts += [("seen_more", str(self.seen_more_days))] if self.seen_more_days is not None else []
        parts += [("seen_less", str(self.seen_less_days))] if self.seen_less_days is not None else []
        parts += [("segment", str(self.segment))] if self.segment is not None else []
        parts += [("signals", "1")] if self.with_signals else []
        parts += [("renews", str(self.renews_days))] if self.renews_days is not None else []
        parts += [("late", "1")] if self.with_late_tasks else []
        parts += [("trait", f"{each.name}:{each.test.value}:{each.value}") for each in self.traits]
        parts += [("sort", self.sort)] if self.sort != "name" else []
        parts += [("columns", ",".join(self.columns))] if self.columns != DEFAULT_COLUMNS else []
        return urlencode(parts)

    def changed(self, **changes: object) -> str:
        """Return the address of this view with something else in it."""
        return f"?{dataclasses.replace(self, **changes).address() or EVERYTHING}"  # type: ignore[arg-type]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return dataclasses.replace(self, sort="name", columns=DEFAULT_COLUMNS) != AccountsView()

    @property
    def has_own_columns(self) -> bool:
        """Whether columns were chosen."""
        return self.columns != DEFAULT_COLUMNS

    def wanted(self, now: datetime, among: Iterable[int] | None) -> AccountFilter:
        """Say it in the words of customers; `among` holds the ids where other domains say who passes."""
        more, less = self.seen_more_days, self.seen_less_days
        return AccountFilter(
            search=self.q,
            owner_ids=self.owners,
            without_owner=self.without_owner,
            stages=self.stages,
            seen_before=now - timedelta(days=more) if more is not None else None,
            seen_after=now - timedelta(days=less) if less is not None else None,
            traits=self.traits,
            ids=tuple(among) if among is not None else None,
        )


def is_column(name: str) -> bool:
    """Tell whether a column may be shown: one of ours, or any trait as `trait.industry`."""
    return name in OWN_COLUMNS or (name.startswith("trait.") and len(name) > len("trait."))


def _columns(query: QueryDict) -> tuple[str, ...]:
    named = [name for part in query.getlist("columns") for name in part.split(",") if name]
    return tuple(dict.fromkeys(name for name in named if is_column(name))) or DEFAULT_COLUMNS


def _days(value: str) -> int | None:
    if not value:
        return None
    days = _number(value)
    if days > 36_500:
        raise FilterUnreadable
    return days


def _traits_of_form(query: QueryDict) -> Iterator[TraitFilter]:
    """Read the lines of the filter form: a name, a test and a value each; lines without a name say nothing."""
    lines = zip(query.getlist("trait_name"), query.getlist("trait_test"), query.getlist("trait_value"), strict=False)
    for name, test, value in lines:
        if name.strip():
            if "\x00" in name + value:
                raise FilterUnreadable
            try:
                yield TraitFilter(name=name.strip(), test=TraitTest(test), value=value.strip())
            except ValueError as error:
                raise FilterUnreadable from error


def _stage(value: str) -> Stage:
    try:
        return Stage(value)
    except ValueError as error:
        raise FilterUnreadable from error


def _number(value: str) -> int:
    if (number := whole(value)) is None:
        raise FilterUnreadable
    return number


def _trait(value: str) -> TraitFilter:
    """Read `name:test:value`; a name may hold colons, a test never does, a value may."""
    for test in TraitTest:
        name, found, wanted = value.partition(f":{test.value}:")
        if found and name and "\x00" not in value:
            return TraitFilter(name=name, test=test, value=wanted)
    raise FilterUnreadable
