"""What the inbox of signals shows, as its address holds it. Equal views have equal addresses."""

import dataclasses
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
                ("sort", self.sort),
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

    def wanted(self, me: int) -> SignalFilter:
        """Say it in the words of signals."""
        return SignalFilter(
            status=self.status,
            kind=self.kind or None,
            severity=self.severity,
            owner_id=me if self.owner == "me" else whole(self.owner),
            unowned=self.owner == "none",
            account_name=self.q,
            outcome=Outcome(self.outcome) if self.outcome in set(Outcome) else None,
            is_unsaid=self.outcome == UNSAID,
        )
