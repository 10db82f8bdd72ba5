"""Views of the accounts that the demo's owner has saved for everybody; `segment` is filled in with the segment's id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, kw_only=True)
class DemoView:
    """One saved view of the list of accounts, as the query part of its address."""

    name: str
    parts: tuple[tuple[str, str], ...] = ()
    segment: str = ""

    def query(self, segment_ids: dict[str, int]) -> str:
        """Write the address of the view."""
        in_segment = [("segment", str(segment_ids[self.segment]))] if self.segment else []
        return urlencode([*in_segment, *self.parts])


VIEWS: Sequence[DemoView] = (
    DemoView(name="Enterprise", parts=(("trait", "plan:is:Enterprise"),)),
    DemoView(name="Quiet for two weeks", segment="Quiet for two weeks"),
    DemoView(name="New this month", parts=(("stage", "onboarding"), ("sort", "-signed_up_at"))),
    DemoView(name="Left us", parts=(("stage", "churned"), ("sort", "-last_seen_at"))),
)
