"""Ordered funnels: who did one thing, then another, then another, within a time limit of the first.

A step counts when it happens strictly later than the step before it; events of one moment have no order, so they never
follow each other. Other events in between do not matter. A subject may start as often as it likes: it is counted once,
by the start that got furthest, and of those by the earliest.
"""

from typing import TYPE_CHECKING

from tenure.insights.rules import named
from tenure.lake.lazily import ibis
from tenure.tracking.types import USE_TYPES

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir


def furthest(
    events: "ir.Table", subject: str, steps: int, limit_seconds: int, since: "date", until: "date"
) -> "ir.Table":
    """Return how far each subject that began between two days (both included) got.

    Columns subject, t1 … tN (null where the step was not reached in time) and reached (1 … N). Steps are rows of
    `named.wanted()`, one for each event of a step. `events` must reach the limit beyond `until`.

    Seen from each moment, the earliest time of the rest of the chain is the smallest one that any later moment of the
    next step has to offer, so a running minimum from the last step to the first finds it: one window a step.
    """
    moments = _moments(events, subject, steps)
    later = ibis.window(group_by="subject", order_by=moments.ts.desc(), preceding=(None, 1))
    chain = moments.mutate(**{f"c{steps}": ibis.ifelse(moments[f"is{steps}"] == 1, moments.ts, ibis.null())})
    for step in range(steps - 1, 0, -1):
        known = {f"n{further}": chain[f"c{further}"].min().over(later) for further in range(step + 1, steps + 1)}
        chain = chain.mutate(**known)
        here = chain[f"is{step}"] == 1
        chain = chain.mutate(
            **{f"c{step}": ibis.ifelse(here, chain.ts, ibis.null())},
            **{
                f"c{further}": ibis.ifelse(here, chain[f"n{further}"], ibis.null())
                for further in range(step + 1, steps + 1)
            },
        ).drop(*known)
    starts = chain.filter(chain.is1 == 1, chain.dt >= since, chain.dt <= until)
    ends = starts.ts + ibis.interval(seconds=limit_seconds)
    times = {"t1": starts.c1} | {
        f"t{step}": ibis.ifelse(starts[f"c{step}"] <= ends, starts[f"c{step}"], ibis.null())
        for step in range(2, steps + 1)
    }
    timed = starts.select("subject", **times)
    reached = sum((timed[f"t{step}"].notnull().cast("int64") for step in range(2, steps + 1)), ibis.literal(1, "int64"))
    timed = timed.mutate(reached=reached)
    place = ibis.row_number().over(ibis.window(group_by="subject", order_by=[timed.reached.desc(), timed.t1]))
    best = timed.mutate(place=place)
    return best.filter(best.place == 0).drop("place").order_by("subject")


def _moments(events: "ir.Table", subject: str, steps: int) -> "ir.Table":
    """Fold events of one moment into one row with a mark for each step: subject, ts, dt, is1 … isN."""
    known = named.wanted()
    use = events.filter(events.type.isin(USE_TYPES), events.person_id != 0, events[subject] != 0).select(
        "event", "ts", "dt", subject=events[subject]
    )
    joined = use.join(known, use.event == known.event)
    marks = {f"is{step}": (joined.step == step).cast("int64").max() for step in range(1, steps + 1)}
    return joined.group_by("subject", "ts", "dt").aggregate(**marks)
