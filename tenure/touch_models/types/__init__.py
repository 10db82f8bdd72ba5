"""Enums and frozen values of touch models."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from tenure.segments.types.conditions import Condition

TRAIT = "touch_model"
"""The trait of an account that says its touch model."""
SOURCE = "touch_models"

CHANNELS = ("email", "in_app", "chat", "phone", "sms", "webhook")
"""The ways to reach a person that a model may allow or forbid."""
ANY = "any"
"""In a plan: from, or to, whatever model."""


class CauseOfModel(StrEnum):
    """What gave an account its model: seen first, the rules, a member's lock, its end, or a change of the rules."""

    FIRST = "first"
    RULES = "rules"
    LOCK = "lock"
    DEFINITION = "definition"
    MERGED = "merged"


class Existing(StrEnum):
    """What a change of the rules means for accounts that are there already."""

    MOVE = "move"
    """They are judged by the new rules."""
    KEEP = "keep"
    """They go on by the rules they came in by; new accounts take the new ones."""


class StepKind(StrEnum):
    """What a step of a plan is."""

    INTRODUCE = "introduce"
    CALL = "call"
    MESSAGE = "message"
    TASK = "task"


class Wrong(StrEnum):
    """What can be wrong with models and plans, besides how they are written."""

    MODEL_UNKNOWN = "model_unknown"
    ENTERS_MISSING = "enters_missing"
    LAST_TAKES_ALL = "last_takes_all"
    SAME_MODEL = "same_model"
    PLAN_TWICE = "plan_twice"
    ASKS_ITSELF = "asks_itself"
    ASKS_ITSELF_THROUGH = "asks_itself_through"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Model:
    """One way of serving accounts.

    An account comes to it while `enters` is true, and stays while `stays` is, or for `minimum_days` whatever is true.
    """

    key: str
    name: str
    enters: Condition | None = None
    """None: every account that no model above takes."""
    stays: Condition | None = None
    """None: as long as `enters` is true."""
    minimum_days: int = 0
    forbidden: tuple[str, ...] = ()
    """The channels by which its accounts are not reached."""
    minutes_a_week: int = 0
    """How much of a member's time one account takes."""
    skills: tuple[str, ...] = ()
    """What a member has to know to look after its accounts."""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The channels by which its accounts may be reached."""
        return tuple(channel for channel in CHANNELS if channel not in self.forbidden)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PlanStep:
    """One step of a change from one model to another, so many days after it begins."""

    kind: StepKind
    title: str
    after_days: int = 0
    message: str = ""
    """What to write or say; it comes with the task."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """How a change from one model (`any`: whichever) to another is made, step by step."""

    source: str
    target: str
    steps: tuple[PlanStep, ...]
    expected_churn: int | None = None
    """How many of a hundred that change this way are expected to leave within 90 days, by those who plan it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Definition:
    """The models in their order, of which the first that takes an account has it, and the plans for changes."""

    models: tuple[Model, ...]
    plans: tuple[Plan, ...] = ()
    existing: Existing = Existing.MOVE

    @property
    def keys(self) -> tuple[str, ...]:
        """The models in their order."""
        return tuple(model.key for model in self.models)

    def model(self, key: str) -> Model | None:
        """Return a model by its key."""
        return next((m for m in self.models if m.key == key), None)

    def plan(self, source: str, target: str) -> Plan | None:
        """Return the plan for a change: between these very models, else from the one, else to the other."""
        made = {(p.source, p.target): p for p in self.plans}
        return made.get((source, target)) or made.get((source, ANY)) or made.get((ANY, target))


@dataclasses.dataclass(frozen=True, kw_only=True)
class DefinitionSummary:
    """The models in force, since when, and how far they have been followed."""

    definition: Definition
    version: int
    changed_at: datetime
    changed_by: str
    followed_at: datetime | None
    error: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class VersionItem:
    """What the models were from `at` on, and what of that was new."""

    number: int
    at: datetime
    by: str
    text: str
    changes: tuple[str, ...]
    accounts: int
    """How many accounts live by it now."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rate:
    """How many leave within a horizon, by this workspace's own past; None where that is too little to tell."""

    share: float | None
    low: float | None
    high: float | None
    churned: int
    accounts: int
    account_days: int
    horizon_days: int

    @property
    def is_known(self) -> bool:
        """Tell whether there is enough to say something."""
        return self.share is not None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ModelCount:
    """A model with its accounts, their revenue, and how many of them are expected to leave."""

    model: Model
    accounts: int
    locked: int
    mrr: int
    """In minor units of the workspace's currency, as billed."""
    expected_churn: Rate
    is_removed: bool = False
    """It is no more among the models; accounts have it by a lock, or until they are looked at again."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """How many accounts went from one model to another, and how many of those left within the horizon after."""

    source: str
    target: str
    accounts: int
    churn: Rate


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lock:
    """A member's word that an account has a model, whatever the rules say."""

    id: int
    model: str
    reason: str
    until: date | None
    at: datetime
    by: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class StandingItem:
    """An account's model, since when, what gave it, and the lock if there is one."""

    id: int
    account_id: int
    account_name: str
    model: str
    came_from: str
    since: datetime
    left_at: datetime | None
    was_there: bool
    cause: CauseOfModel
    lives_by: int
    lock: Lock | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class StandingPage:
    """Some of them, the latest first; `next_cursor` leads on."""

    items: Sequence[StandingItem]
    next_cursor: str | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepItem:
    """One step of a change under way."""

    id: int
    transition_id: int
    account_id: int
    account_name: str
    source: str
    target: str
    kind: StepKind
    title: str
    due_on: date
    done_at: datetime | None
    done_by: str
    """Or who left it out."""
    is_cancelled: bool
    is_left_out: bool = False
    """A member said that it will not be done."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class WouldMove:
    """Who would go from one model to another if a change were saved."""

    source: str
    target: str
    accounts: int
    some: Sequence[tuple[int, str]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Preview:
    """What saving a change would do now."""

    looked_at: int
    moving: Sequence[WouldMove]
    counts: Mapping[str, int]

    @property
    def moves(self) -> int:
        """How many accounts would move."""
        return sum(each.accounts for each in self.moving)
