"""What the form of the rules for VIPs asks for."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.web.pages.definitions import Field, Kind, Values


def _levels(values: Values) -> Sequence[tuple[str, str]]:
    return [(level["key"], level["name"] or level["key"]) for level in values["levels"] if level["key"]]


def _traits(_values: Values) -> Sequence[tuple[str, str]]:
    return [(trait.name, "") for trait in segments.traits_to_choose_from(Subject.ACCOUNT)]


FIELDS = (
    Field(
        name="levels",
        label=_("Levels"),
        kind=Kind.PARTS,
        help=_("The highest first; an account with several reasons has the highest level of them."),
        one=_("Level"),
        add=_("Add level"),
        is_ordered=True,
        parts=(
            Field(name="name", label=_("Name"), width=6),
            Field(name="key", label=_("Key"), kind=Kind.KEY, width=6, help=_("What programs call it; it stays.")),
        ),
    ),
    Field(
        name="reasons",
        label=_("Reasons to be a VIP"),
        kind=Kind.PARTS,
        one=_("Reason"),
        add=_("Add reason"),
        parts=(
            Field(name="name", label=_("Name"), width=5),
            Field(name="key", label=_("Key"), kind=Kind.KEY, width=4, help=_("What programs call it; it stays.")),
            Field(name="level", label=_("Level"), kind=Kind.CHOICE, offers=_levels, width=3),
            Field(name="when", label=_("Accounts of which"), kind=Kind.CONDITION),
            Field(
                name="evidence",
                label=_("Shown as proof"),
                kind=Kind.WORDS,
                optional=True,
                width=7,
                offers=_traits,
                help=_("Traits, between commas."),
            ),
            Field(
                name="company_domain",
                label=_("Never people behind a free mail address"),
                kind=Kind.YES,
                optional=True,
                width=5,
            ),
        ),
    ),
    Field(
        name="terms",
        label=_("What each level is promised"),
        kind=Kind.PARTS,
        optional=True,
        one=_("Terms"),
        titled_by=("level",),
        add=_("Add terms"),
        parts=(
            Field(name="level", label=_("Level"), kind=Kind.CHOICE, offers=_levels, width=4),
            Field(name="who", label=_("Who gets it"), optional=True, width=5),
            Field(
                name="lasts_days",
                label=_("For so many days"),
                kind=Kind.NUMBER,
                optional=True,
                width=3,
                help=_("From acceptance; left open, as long as it is one."),
            ),
            Field(name="includes", label=_("What is included"), kind=Kind.LINES, width=12, help=_("One a line.")),
        ),
    ),
)
