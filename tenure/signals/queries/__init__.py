"""Reads of signals."""

from tenure.signals.queries.lists import (
    accounts_with_open_signals,
    counts,
    counts_by_kind,
    last_judged,
    links_of,
    live_signals,
    open_counts,
    open_signal_ids,
    open_signals,
    severity_of,
    signal,
    signals_by_ids,
    signals_matching,
    signals_of,
    signals_open,
)
from tenure.signals.queries.records import mutes, record_by_month, track_record, track_records

__all__ = [
    "accounts_with_open_signals",
    "counts",
    "counts_by_kind",
    "last_judged",
    "links_of",
    "live_signals",
    "mutes",
    "open_counts",
    "open_signal_ids",
    "open_signals",
    "record_by_month",
    "severity_of",
    "signal",
    "signals_by_ids",
    "signals_matching",
    "signals_of",
    "signals_open",
    "track_record",
    "track_records",
]
