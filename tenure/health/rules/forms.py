"""How inputs and functions are written: the first name says which it is, as `use: active_people`, `linear: [0, 12]`."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from tenure.health.types.scorecards import (
    Adoption,
    Banded,
    Bounded,
    DaysSince,
    DaysUntil,
    EventTimes,
    Function,
    Input,
    Judgement,
    LastSeen,
    Linear,
    Listed,
    MrrChange,
    Overdue,
    TicketMeasure,
    Tickets,
    Trait,
    Trend,
    Use,
    UseMeasure,
)

TEXT, DAYS, CHOICE, NOTHING = "text", "days", "choice", "nothing"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Form:
    """How one kind of input is written: what follows its name, and whether `days` may stand beside it."""

    made: type[Any]
    head: str = ""
    """Which of its fields follows the name; none: `true` does."""
    kind: str = TEXT
    choices: type[Any] | None = None
    has_days: bool = False


INPUTS: Mapping[str, Form] = {
    "trait": Form(made=Trait, head="name"),
    "days_until": Form(made=DaysUntil, head="trait"),
    "days_since": Form(made=DaysSince, head="trait"),
    "use": Form(made=Use, head="measure", kind=CHOICE, choices=UseMeasure, has_days=True),
    "event": Form(made=EventTimes, head="event", has_days=True),
    "adoption": Form(made=Adoption, head="seats", has_days=True),
    "trend": Form(made=Trend, head="measure", kind=CHOICE, choices=UseMeasure, has_days=True),
    "last_seen": Form(made=LastSeen, kind=NOTHING),
    "mrr_change": Form(made=MrrChange, head="days", kind=DAYS),
    "overdue": Form(made=Overdue, kind=NOTHING),
    "tickets": Form(made=Tickets, head="measure", kind=CHOICE, choices=TicketMeasure, has_days=True),
    "judgement": Form(made=Judgement, head="days", kind=DAYS),
}
NAMES = {form.made: name for name, form in INPUTS.items()}
FUNCTIONS = ("linear", "bounded", "banded", "listed")


def written_input(reads: Input) -> dict[str, Any]:
    """Write an input."""
    name = NAMES[type(reads)]
    form = INPUTS[name]
    head = getattr(reads, form.head) if form.head else True
    plain: dict[str, Any] = {name: str(head) if form.kind == CHOICE else head}
    if form.has_days:
        plain["days"] = reads.days  # type: ignore[union-attr]  # those that have days
    return plain


def written_function(scores: Function) -> dict[str, Any]:
    """Write a function."""
    match scores:
        case Linear():
            return {"linear": [number(scores.low), number(scores.high)]}
        case Bounded():
            return {"bounded": [number(scores.low), number(scores.high)]}
        case Banded():
            return {"banded": [[None if at is None else number(at), number(points)] for at, points in scores.steps]}
        case Listed():
            plain: dict[str, Any] = {"listed": {name: number(points) for name, points in scores.values}}
            if scores.otherwise is not None:
                plain["otherwise"] = number(scores.otherwise)
            return plain


def number(value: float) -> float:
    """Write a number without a point where it needs none."""
    return int(value) if value == int(value) and abs(value) < 1e15 else value
