"""What the inbox of signals shows, as its address holds it. Equal views have equal addresses."""

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

from tenure.signals.types import Outcome, Severity, SignalFilter, SignalOrder, SignalStatus
from tenure.web.asked import whole

UNSAID = "unsaid"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignalsView:
    """One way to look at the signals. What cannot be read narrows nothing."""

    status: SignalStatus = SignalStatus.OPEN
    severity: Severity | None = None
    kind: str = ""
    owner: str = ""
    """A member's id, "me", "none", or empty for anybody's."""
    q: str = ""
    outcome: str = ""
    month: str = ""
    """The month (UTC) in which they closed, as 2026-11."""
    sort: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """Read a view from an address."""
        status, severity = query.get("status", ""), query.get("severity", "")
        owner, outcome, sort = query.get("owner", ""), query.get("outcome", ""), query.get("sort", "")
        is_member = whole(owner) is not None
        return cls(
            status=SignalStatus(status) if status in set(SignalStatus) else SignalStatus.OPEN,
            severity=Severity(severity) if severity in set(Severity) else None,
            kind=query.get("kind", "").replace("\x00", "")[:60],
            owner=owner if owner in ("me", "none") or is_member else "me" if query.get("mine") else "",
            q=query.get("q", "").replace("\x00", "").strip()[:200],
            outcome=outcome if outcome in {*Outcome, UNSAID} else "",
            month=month if _first_day(month := query.get("month", "")) else "",
            sort=sort if sort in set(SignalOrder) else "",
        )

    def address(self) -> str:
        """Write the view as the query part of an address, without what is as usual."""
        parts = [("status", self.status.value)] if self.status != SignalStatus.OPEN else []
        parts += [("severity", self.severity.value)] if self.severity else []
        parts += [
            (name, value)
            for name, value in (
                ("kind", self.kind), ("owner", self.owner), ("q", self.q), ("outcome", self.outcome),
                ("month", self.month), ("sort", self.sort),
            )
            if value
        ]  # fmt: skip
        return urlencode(parts)

    def changed(self, **changes: object) -> str:
        """Return the address of this view with something else in it."""
        return f"?{dataclasses.replace(self, **changes).address()}"  # type: ignore[arg-type]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the status leaves signals out."""
        return dataclasses.replace(self, status=SignalStatus.OPEN, sort="") != SignalsView()

    @property
    def order(self) -> SignalOrder:
        """How it is sorted: as chosen, or else the most severe of the open ones and the newest of others first."""
        if self.sort:
            return SignalOrder(self.sort)
        return SignalOrder.SEVERITY if self.status == SignalStatus.OPEN else SignalOrder.NEWEST

    @property
    def closed_in(self) -> date | None:
        """The first day of the month in which they closed."""
        return _first_day(self.month)

    def wanted(self, me: int) -> SignalFilter:
        """Say it in the words of signals."""
        first = self.closed_in
        return SignalFilter(
            status=self.status,
            kind=self.kind or None,
            severity=self.severity,
            owner_id=me if self.owner == "me" else whole(self.owner),
            unowned=self.owner == "none",
            account_name=self.q,
            outcome=Outcome(self.outcome) if self.outcome in set(Outcome) else None,
            is_unsaid=self.outcome == UNSAID,
            closed_from=_begin(first) if first else None,
            closed_before=_begin((first + timedelta(days=32)).replace(day=1)) if first else None,
        )


def _first_day(month: str) -> date | None:
    try:
        first = date.fromisoformat(f"{month}-01") if len(month) == 7 else None
    except ValueError:
        return None
    return first if first and first.year < date.max.year else None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
