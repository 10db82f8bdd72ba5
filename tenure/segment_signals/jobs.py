"""What segment signals hear from below: who entered a segment, and who left it."""

from collections import defaultdict

from tenure.segment_signals import actions
from tenure.segments.announcements import SegmentEntered, SegmentLeft


def on_segment_entered(batch: list[SegmentEntered]) -> None:
    """Open signals for accounts that entered; people who enter one of theirs open none."""
    entered: dict[int, set[int]] = defaultdict(set)
    for said in batch:
        if said.account_id is not None:
            entered[said.segment_id].add(said.account_id)
    if entered:
        actions.open_for(entered, at=max(said.at for said in batch))


def on_segment_left(batch: list[SegmentLeft]) -> None:
    """Close what passes by itself when an account leaves."""
    left: dict[int, set[int]] = defaultdict(set)
    for said in batch:
        if said.account_id is not None:
            left[said.segment_id].add(said.account_id)
    if left:
        actions.close_for(left)
