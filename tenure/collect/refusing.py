"""Keeps what was refused for people to look at, without letting a broken sender fill the database with it."""

import dataclasses
from collections.abc import Callable, Iterable

from tenure.collect.limits import Limits
from tenure.tracking.types import RAW_KEPT, RefusedCall


@dataclasses.dataclass(slots=True)
class _Allowance:
    left: float
    at: float
    folded: int = 0
    folded_size: int = 0
    example: RefusedCall | None = None


class RefusalBook:
    """Lets the first refusals of a kind through one by one and counts the rest, one row for many.

    A kind is a workspace and a code; `limits` say how many may be kept at once and a second.
    """

    def __init__(self, limits: Limits, ticking: Callable[[], float]) -> None:
        self._limits = limits
        self._ticking = ticking
        self._allowances: dict[tuple[int | None, str], _Allowance] = {}

    def admit(self, refused: Iterable[RefusedCall]) -> list[RefusedCall]:
        """Return the ones to keep, each cut to what is kept; the others are counted towards `folded`."""
        now = self._ticking()
        kept = []
        for call in refused:
            allowance = self._allowances.get((call.workspace_id, call.code))
            if allowance is None:
                allowance = _Allowance(left=self._limits.refusals_burst, at=now)
                self._allowances[call.workspace_id, call.code] = allowance
            regained = (now - allowance.at) * self._limits.refusals_per_second
            allowance.left = min(self._limits.refusals_burst, allowance.left + regained)
            allowance.at = now
            if allowance.left >= 1:
                allowance.left -= 1
                kept.append(cut(call))
            else:
                allowance.folded += call.count
                allowance.folded_size += call.size
                allowance.example = call
        return kept

    def folded(self) -> list[RefusedCall]:
        """Return one row for each kind that had more than could be kept, and forget them."""
        rows = []
        for allowance in self._allowances.values():
            if allowance.example is not None:
                rows.append(
                    dataclasses.replace(
                        allowance.example,
                        count=allowance.folded,
                        size=allowance.folded_size,
                        raw=b"",
                        message_id="",
                        reason=f"{allowance.folded} more like this one, not kept: {allowance.example.reason}",
                    )
                )
                allowance.folded, allowance.folded_size, allowance.example = 0, 0, None
        return rows


def cut(call: RefusedCall) -> RefusedCall:
    """Keep the beginning of what was sent, and how much it was."""
    size = max(call.size, len(call.raw))
    return dataclasses.replace(call, raw=call.raw[:RAW_KEPT], size=size)
