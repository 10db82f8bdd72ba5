"""What a scorecard says: measures in nested groups, what each reads and how it scores; frozen, with the one form in
which it is stored, sent and written as text.

    measures:
    - group: Use
      weight: 60
      measures:
      - measure: People active
        weight: 2
        reads: {use: active_people, days: 28}
        scores: {linear: [0, 12]}
    - measure: NPS
      weight: 10
      reads: {trait: nps}
      scores: {banded: [[null, 0], [7, 60], [9, 100]]}
      unknown: leave_out
    exceptions:
    - exception: An urgent ticket is open
      when: {reads: {tickets: open_urgent}, at_least: 1}
      cap: 50

A place in it is written as a *path*: `measures[0].measures[1].scores`.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeAlias

from tenure.segments.types.conditions import Condition


class UseMeasure(StrEnum):
    """What is counted of the use of the product."""

    EVENTS = "events"
    ACTIVE_PEOPLE = "active_people"
    ACTIVE_DAYS = "active_days"


class TicketMeasure(StrEnum):
    """What is counted of tickets: those not over, the urgent of them, those opened of late, those answered badly."""

    OPEN = "open"
    OPEN_URGENT = "open_urgent"
    OPENED = "opened"
    UNHAPPY = "unhappy"


@dataclasses.dataclass(frozen=True)
class Trait:
    """What a trait of the account says: its number, yes (1) or no (0), or which of the listed values it is."""

    name: str


@dataclasses.dataclass(frozen=True)
class DaysUntil:
    """Days until the day a trait names, such as `renews_at`; negative once it is past."""

    trait: str


@dataclasses.dataclass(frozen=True)
class DaysSince:
    """Days since the day a trait names."""

    trait: str


@dataclasses.dataclass(frozen=True)
class Use:
    """Events, people or days active over the last `days` days and today so far (UTC)."""

    measure: UseMeasure
    days: int = 28


@dataclasses.dataclass(frozen=True)
class EventTimes:
    """How often an event happened over the last `days` days and today so far."""

    event: str
    days: int = 28


@dataclasses.dataclass(frozen=True)
class Adoption:
    """People active over the last `days` days in percent of the licensed seats that a trait tells."""

    seats: str = "seats"
    days: int = 28


@dataclasses.dataclass(frozen=True)
class LastSeen:
    """Days since anybody at the account last used the product."""


@dataclasses.dataclass(frozen=True)
class Trend:
    """Change in percent of use over the last `days` complete days against the `days` before them."""

    measure: UseMeasure
    days: int = 28


@dataclasses.dataclass(frozen=True)
class MrrChange:
    """Change in percent of MRR against `days` days ago; not known of who paid nothing then."""

    days: int = 90


@dataclasses.dataclass(frozen=True)
class Overdue:
    """For how many days the oldest unpaid invoice has been due; 0 where nothing is."""


@dataclasses.dataclass(frozen=True)
class Tickets:
    """Tickets of the account; `days` matters to those opened and those answered badly."""

    measure: TicketMeasure
    days: int = 30


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What a member last thought of the account, 0 to 100; not known when older than `days` days."""

    days: int = 90


Input: TypeAlias = (
    Trait
    | DaysUntil
    | DaysSince
    | Use
    | EventTimes
    | Adoption
    | LastSeen
    | Trend
    | MrrChange
    | Overdue
    | Tickets
    | Judgement
)


@dataclasses.dataclass(frozen=True)
class Linear:
    """0 points at `low`, 100 at `high`, in between in proportion and beyond no further; `high` may be the smaller."""

    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Bounded:
    """Like linear between `low` and `high`; outside them the measure says nothing and is left out."""

    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Banded:
    """The points of the last step whose beginning is not above the reading; the first begins anywhere below."""

    steps: tuple[tuple[float | None, float], ...]


@dataclasses.dataclass(frozen=True)
class Listed:
    """Points by what a trait says, without regard to case; `otherwise` None leaves other values out."""

    values: tuple[tuple[str, float], ...]
    otherwise: float | None = None


Function: TypeAlias = Linear | Bounded | Banded | Listed

LEAVE_OUT = "leave_out"
"""What is not known is left out, and the rest of its group weighs more."""
NO_SCORE = "no_score"
"""Without this measure there is no score at all."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measure:
    """One input of a scorecard. `unknown` is what counts where it is not known: an order, or points."""

    name: str
    weight: float
    reads: Input
    scores: Function
    unknown: str | float = LEAVE_OUT


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """Measures and groups that count together."""

    name: str
    weight: float
    measures: tuple["Node", ...]


Node: TypeAlias = Measure | Group


@dataclasses.dataclass(frozen=True, kw_only=True)
class Band:
    """A range of scores with a name, from `least` up to the next; `tone` is its colour: risk, watch, good or info."""

    name: str
    least: int
    tone: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compared:
    """A reading is at least, or at most, so much; what is not known is neither."""

    reads: Input
    at_least: float | None = None
    at_most: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Where:
    """A condition in the language of segments holds of the account."""

    condition: Condition


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExceptionRule:
    """What goes before the sum: while `when` holds, the score is at most `cap`, or is `set_to`."""

    name: str
    when: Compared | Where
    cap: float | None = None
    set_to: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewAccounts:
    """How accounts are judged that are too young for the measures: by others, until so many days after sign-up.

    Over the `handover_days` after that, the one way of judging passes into the other.
    """

    until_days: int
    handover_days: int
    measures: tuple[Node, ...]


class RollUp(StrEnum):
    """How the scores of child accounts are put together: weighed by MRR, the worst of them, or their average."""

    MRR_WEIGHTED = "mrr_weighted"
    WORST = "worst"
    AVERAGE = "average"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Children:
    """The children's scores are `share` percent of their parent's."""

    how: RollUp
    share: float


class Scheme(StrEnum):
    """How a score is shown first: as a number, a grade's name, or a colour."""

    NUMBER = "number"
    GRADE = "grade"
    COLOUR = "colour"


TONES = ("risk", "watch", "info", "good")
USUAL_BANDS = (
    Band(name="Poor", least=0, tone="risk"),
    Band(name="Fair", least=50, tone="watch"),
    Band(name="Good", least=75, tone="good"),
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Definition:
    """One version of a scorecard. `applies_to` None: to every account that has not churned."""

    measures: tuple[Node, ...]
    bands: tuple[Band, ...] = USUAL_BANDS
    scheme: Scheme = Scheme.NUMBER
    minimum_coverage: int = 50
    applies_to: Condition | None = None
    new_accounts: NewAccounts | None = None
    exceptions: tuple[ExceptionRule, ...] = ()
    children: Children | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Leaf:
    """A measure with its place: `key` names it from version to version, `path` in this one, `share` of the whole."""

    key: str
    path: str
    measure: Measure
    share: float
    is_for_new: bool = False


def leaves(nodes: tuple[Node, ...], *, within: str = "", path: str = "measures", share: float = 1.0) -> Iterator[Leaf]:
    """Walk the measures from the top, each with its share of the whole where everything is known."""
    total = sum(node.weight for node in nodes) or 1.0
    for n, node in enumerate(nodes):
        key, here, part = f"{within}{node.name}", f"{path}[{n}]", share * node.weight / total
        if isinstance(node, Group):
            yield from leaves(node.measures, within=f"{key} › ", path=f"{here}.measures", share=part)
        else:
            yield Leaf(key=key, path=here, measure=node, share=part)


def all_leaves(definition: Definition) -> tuple[Leaf, ...]:
    """Return the measures, then those for new accounts."""
    found = list(leaves(definition.measures))
    if definition.new_accounts is not None:
        young = leaves(definition.new_accounts.measures, path="new_accounts.measures")
        found += [dataclasses.replace(leaf, is_for_new=True) for leaf in young]
    return tuple(found)


Key: TypeAlias = tuple[Input, tuple[str, ...]]
"""A reading: what is read, and for a listed trait among which values."""


def reading_key(reads: Input, scores: Function | None = None) -> Key:
    """Return what tells one reading from another."""
    return reads, tuple(name for name, _ in scores.values) if isinstance(scores, Listed) else ()


def readings_of(definition: Definition) -> tuple[Key, ...]:
    """Return everything a scorecard reads, each once, in the order in which readings are kept."""
    wanted = [reading_key(leaf.measure.reads, leaf.measure.scores) for leaf in all_leaves(definition)]
    wanted += [reading_key(e.when.reads) for e in definition.exceptions if isinstance(e.when, Compared)]
    return tuple(dict.fromkeys(wanted))


Plain: TypeAlias = Mapping[str, object]
