"""Where accounts stand on the map: revenue to the right, risk upwards."""

import dataclasses
import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.urls import reverse
from django.utils.translation import gettext as _

from tenure.customers import queries as customers
from tenure.customers.types import Stage, TraitFilter, TraitTest
from tenure.health import queries as health_queries
from tenure.risk import queries as risk
from tenure.signals import queries as signals
from tenure.web.pages.accounts import words
from tenure.web.pages.accounts.list_view import AccountsView
from tenure.web.pages.accounts.rows import usual_tone

MOST_POINTS = 2_000
"""Beyond so many accounts the map counts them by squares."""
PER_DECADE, STEPS, FINE = 3, 10, 200
"""Accounts are counted by 200 fine rows, and drawn as ten of as many of these as there is something to see in."""
_SEEN = 0.995
"""The squares reach as far up as this share of the accounts; whoever stands above counts in the highest."""

Range: TypeAlias = tuple[float | None, float | None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Height:
    """What the map is high by: the modelled risk, or what is missing to full health where there is no model."""

    trait: str
    top: float
    turned: bool
    """Whether the map shows `top` minus the trait."""
    split: float
    """From where on, on the map, an account counts as at risk."""

    @property
    def title(self) -> str:
        """What the axis is called."""
        return _("100 − health score") if self.turned else _("Churn risk")

    def of(self, value: float) -> float:
        """Return where a value of the trait stands."""
        return self.top - value if self.turned else value

    def is_at_risk(self, height: float) -> bool:
        """Tell whether an account so high counts as at risk: just as the list behind that part of the map has it."""
        return height > self.split if self.turned else height >= self.split

    def filters(self, low: float, high: float) -> tuple[TraitFilter, ...]:
        """Narrow a list to what stands from `low` up to but not at `high`; where turned, above `low` up to `high`."""
        made = []
        first, last = (self.top - high, self.top - low) if self.turned else (low, high)
        if first > 0:
            made.append(TraitFilter(name=self.trait, test=TraitTest.MORE_THAN, value=_just_below(first)))
        if last < self.top:
            made.append(TraitFilter(name=self.trait, test=TraitTest.LESS_THAN, value=_written(last)))
        return tuple(made) or (TraitFilter(name=self.trait, test=TraitTest.IS_SET),)


RISK = Height(trait="churn_risk", top=1.0, turned=False, split=0.3)
HEALTH = Height(trait="health_score", top=100.0, turned=True, split=50.0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """One account on the map."""

    id: int
    name: str
    mrr: float
    height: float
    health: float | None
    tone: str
    """The colour of its health by its own scorecard."""
    stage: str
    stage_name: str
    signals: int

    @property
    def href(self) -> str:
        """Where it opens."""
        return reverse("account", args=[self.id])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Square:
    """How many accounts stand in one square of the map, and the list of them."""

    low_mrr: float
    high_mrr: float
    low: float
    high: float
    count: int
    href: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Quarter:
    """A quarter of the map in words, with how many stand in it and the list of them."""

    words: str
    count: int
    revenue: float
    href: str


def height_for(traits: set[str]) -> Height | None:
    """Choose what the map is high by, from the traits that are known here; None: there is nothing to draw yet."""
    if RISK.trait in traits:
        model = risk.model_in_force()
        hazard = risk.hazard_of(model) if model else None
        return RISK if hazard is None else dataclasses.replace(RISK, split=hazard.raised)
    if HEALTH.trait not in traits:
        return None
    return dataclasses.replace(HEALTH, split=HEALTH.top - health_queries.risk_below())


def places(found: Any, height: Height) -> tuple[list[Place], int, int]:
    """Return where accounts stand, how many have no revenue that is known, and how many others no height."""
    rows = customers.numbers_of_accounts(found, ("mrr", height.trait, "health_score"), MOST_POINTS)
    without_mrr = sum(1 for row in rows if row[2] is None)
    placed = [row for row in rows if row[2] is not None and row[3] is not None]
    ids = [row[0] for row in placed]
    counts, bands = signals.open_counts(ids), health_queries.bands_of_accounts(ids)
    stages = {a.pk: customers.stage_of(a) for a in customers.accounts(ids)}
    made = [
        Place(
            id=pk,
            name=name,
            mrr=mrr,
            height=height.of(value),
            health=health,
            tone="unknown" if health is None else bands[pk].tone if pk in bands else usual_tone(health),
            stage=stages.get(pk, Stage.ACTIVE).value,
            stage_name=str(words.STAGES[stages.get(pk, Stage.ACTIVE)]),
            signals=counts.get(pk, 0),
        )
        for pk, name, mrr, value, health in placed
    ]
    return made, without_mrr, len(rows) - without_mrr - len(placed)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Squares:
    """The map counted by squares, how far up it reaches, and the fine rows (revenue, height, accounts) behind it."""

    squares: list[Square]
    shown: float
    standing: list[tuple[float, float, int]]
    without_mrr: int
    without_height: int


def squares(found: Any, height: Height, view: AccountsView) -> Squares:
    """Count accounts by squares, with one statement; ten rows share the range where accounts are."""
    cells = customers.binned(found, "mrr", height.trait, per_decade=PER_DECADE, steps=FINE, top=height.top)
    placed = {(c, FINE - 1 - r if height.turned else r): n for (c, r), n in cells.items() if None not in (c, r)}
    fine = _rows_shown(placed, height) // STEPS
    counted: Counter[tuple[int, int]] = Counter()
    for (column, row), n in placed.items():
        counted[column, min(row // fine, STEPS - 1)] += n
    made = []
    for (column, row), n in sorted(counted.items()):
        low_mrr, high_mrr = 10 ** (column / PER_DECADE), 10 ** ((column + 1) / PER_DECADE)
        low, high = height.top * row * fine / FINE, height.top * (row + 1) * fine / FINE
        reaches = height.top if row == STEPS - 1 else high  # whoever stands above, too
        href = list_of(view, (*_of_mrr(low_mrr if column else None, high_mrr), *height.filters(low, reaches)))
        made.append(Square(low_mrr=low_mrr, high_mrr=high_mrr, low=low, high=high, count=n, href=href))
    return Squares(
        squares=made,
        shown=height.top * fine * STEPS / FINE,
        standing=[
            (10 ** (column / PER_DECADE), height.top * (row + 0.5) / FINE, n) for (column, row), n in placed.items()
        ],
        without_mrr=sum(n for (column, _row), n in cells.items() if column is None),
        without_height=sum(n for (column, row), n in cells.items() if column is not None and row is None),
    )


def _rows_shown(placed: Mapping[tuple[int, int], int], height: Height) -> int:
    """Return how many of the fine rows the squares reach up to: all where the height is health, turned round."""
    if height.turned or not placed:
        return FINE
    by_row: Counter[int] = Counter()
    for (_column, row), n in placed.items():
        by_row[row] += n
    wanted, seen, highest = _SEEN * by_row.total(), 0, 0
    for row in sorted(by_row):
        seen, highest = seen + by_row[row], row
        if seen >= wanted:
            break
    reached = max(highest + 1, math.ceil(2 * height.split / height.top * FINE))
    return min(FINE, math.ceil(reached / STEPS) * STEPS)


def quarters(placed: Sequence[tuple[float, float, int]], height: Height, view: AccountsView) -> list[Quarter]:
    """Say how many stand in each quarter of the map; `placed` are revenue, height and how many stand there."""
    middle = median_of(placed)
    made = []
    for is_more, at_risk, said in (
        (True, True, _("More revenue, at risk: talk to them first")),
        (True, False, _("More revenue, well: grow with them")),
        (False, True, _("Less revenue, at risk: help them with journeys")),
        (False, False, _("Less revenue, well: let them tell others")),
    ):
        inside = [(mrr, n) for mrr, y, n in placed if (mrr >= middle) == is_more and height.is_at_risk(y) == at_risk]
        of_mrr = _of_mrr(middle, None) if is_more else _of_mrr(None, middle)
        of_height = height.filters(height.split, height.top) if at_risk else height.filters(0, height.split)
        made.append(
            Quarter(
                words=said,
                count=sum(n for _mrr, n in inside),
                revenue=sum(mrr * n for mrr, n in inside),
                href=list_of(view, (*of_mrr, *of_height)),
            )
        )
    return made


def median_of(placed: Sequence[tuple[float, float, int]]) -> float:
    """Return the revenue in the middle: half of the accounts have at least as much."""
    values = sorted((mrr, n) for mrr, _y, n in placed)
    if all(n == 1 for _mrr, n in values):
        return statistics.median([mrr for mrr, _n in values]) if values else 1.0
    half, seen = sum(n for _mrr, n in values) / 2, 0
    for mrr, n in values:
        seen += n
        if seen >= half:
            return mrr
    return 1.0


def list_of(view: AccountsView, more: tuple[TraitFilter, ...]) -> str:
    """Return the address of the list of accounts behind a part of the map."""
    return f"{reverse('accounts')}{view.changed(traits=(*view.traits, *more))}"


def area_of(view: AccountsView, height: Height, mrr: Range, y: Range) -> str:
    """Return the address of the list of accounts in a rectangle of the map, both ends included where they are known."""
    bottom, top = (None if each is None else min(max(each, 0.0), height.top) for each in y)
    more = _of_mrr(mrr[0], None if mrr[1] is None else mrr[1] * (1 + 1e-9))
    if bottom is not None or top is not None:
        above = height.top if top is None or top >= height.top else top + height.top * 1e-9
        more = (*more, *height.filters(bottom or 0.0, above))
    return list_of(view, more)


def _of_mrr(low: float | None, high: float | None) -> tuple[TraitFilter, ...]:
    made = []
    if low is not None:
        made.append(TraitFilter(name="mrr", test=TraitTest.MORE_THAN, value=_just_below(low)))
    if high is not None:
        made.append(TraitFilter(name="mrr", test=TraitTest.LESS_THAN, value=_written(high)))
    return tuple(made)


def _just_below(value: float) -> str:
    """Lists ask for more than a number: a little less than the bound itself lets the bound in."""
    return _written(math.nextafter(value, 0) if value < 1e-6 else value * (1 - 1e-9))


def _written(value: float) -> str:
    return f"{value:.12g}"
