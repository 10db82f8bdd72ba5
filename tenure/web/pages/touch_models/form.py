"""What the form of touch models asks for."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tenure.touch_models.types import ANY, CHANNELS, Existing, StepKind
from tenure.web.pages.definitions import Field, Kind, Values
from tenure.web.pages.touch_models.words import CHANNELS as CHANNEL_NAMES
from tenure.web.pages.touch_models.words import STEPS

Choices = Sequence[tuple[str, str]]


def _models(values: Values) -> Choices:
    named = [(model["key"], model["name"] or model["key"]) for model in values["models"] if model["key"]]
    return [(ANY, str(_("any"))), *named]


def _channels(_values: Values) -> Choices:
    return [(channel, str(CHANNEL_NAMES[channel])) for channel in CHANNELS]


def _kinds(_values: Values) -> Choices:
    return [(kind.value, str(STEPS[kind])) for kind in StepKind]


def _existing(_values: Values) -> Choices:
    return [
        (Existing.MOVE.value, str(_("are judged by these rules too"))),
        (Existing.KEEP.value, str(_("go on by the rules they came in by"))),
    ]


FIELDS = (
    Field(
        name="models",
        label=_("Touch models"),
        kind=Kind.PARTS,
        help=_("The first that takes an account has it; the last takes everybody else."),
        one=_("Touch model"),
        add=_("Add touch model"),
        is_ordered=True,
        parts=(
            Field(name="name", label=_("Name"), width=6),
            Field(name="key", label=_("Key"), kind=Kind.KEY, width=6, help=_("What programs call it; it stays.")),
            Field(name="enters", label=_("Takes accounts of which"), kind=Kind.CONDITION, optional=True),
            Field(
                name="stays",
                label=_("Keeps them while"),
                kind=Kind.CONDITION,
                optional=True,
                help=_("Ask for less than above, so that accounts near the threshold do not flap."),
            ),
            Field(name="minimum_days", label=_("For so many days at least"), kind=Kind.NUMBER, optional=True),
            Field(name="minutes_a_week", label=_("Minutes a week one takes"), kind=Kind.NUMBER, optional=True),
            Field(name="skills", label=_("Skills, between commas"), kind=Kind.WORDS, optional=True),
            Field(
                name="forbidden",
                label=_("Not reached by"),
                kind=Kind.CHOICES,
                optional=True,
                width=12,
                offers=_channels,
                help=_("All others are allowed."),
            ),
        ),
    ),
    Field(name="existing", label=_("Accounts that are there already"), kind=Kind.CHOICE, offers=_existing),
    Field(
        name="plans",
        label=_("When a model changes"),
        kind=Kind.PARTS,
        optional=True,
        help=_("What is done, step by step; each comes as a task of whoever looks after the account."),
        one=_("Plan"),
        titled_by=("from", "to"),
        add=_("Add plan"),
        parts=(
            Field(name="from", label=_("From"), kind=Kind.CHOICE, offers=_models),
            Field(name="to", label=_("To"), kind=Kind.CHOICE, offers=_models),
            Field(
                name="expected_churn",
                label=_("Expected to leave, in %"),
                kind=Kind.NUMBER,
                optional=True,
                help=_("Within 90 days; what came of it stands beside it."),
            ),
            Field(
                name="steps",
                label=_("Steps"),
                kind=Kind.PARTS,
                one=_("Step"),
                titled_by=(),
                add=_("Add step"),
                parts=(
                    Field(name="title", label=_("What is done"), width=5),
                    Field(name="kind", label=_("Kind"), kind=Kind.CHOICE, offers=_kinds, width=4, begins="task"),
                    Field(name="after_days", label=_("After days"), kind=Kind.NUMBER, width=3, begins="7"),
                    Field(name="message", label=_("Message or script"), kind=Kind.LONG, optional=True, width=12),
                ),
            ),
        ),
    ),
)
