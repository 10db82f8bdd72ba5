"""What the form of books asks for."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from tenure.touch_models import queries
from tenure.touch_models.types.books import Of
from tenure.web.pages.definitions import Field, Kind, Values
from tenure.workspaces import queries as workspaces

Choices = Sequence[tuple[str, str]]


def _members(_values: Values) -> Choices:
    found = workspaces.members().order_by("name", "pk").select_related("user")
    return [(member.user.email.casefold(), f"{member.name} · {member.user.email}") for member in found]


def _models(_values: Values) -> Choices:
    if not queries.has_models():
        return []
    names = queries.model_names()
    return [(model.key, names[model.key]) for model in queries.definition().definition.models]


def _timezones(_values: Values) -> Choices:
    return [(name, "") for name in sorted(available_timezones()) if "/" in name and not name.startswith("Etc/")]


def _of(_values: Values) -> Choices:
    return [(Of.ACCOUNTS.value, str(_("accounts"))), (Of.REVENUE.value, str(_("revenue")))]


FIELDS = (
    Field(
        name="members",
        label=_("Who can look after how much"),
        kind=Kind.PARTS,
        help=_("Only members with a line here are given accounts; what is left open has no bound."),
        one=_("Member"),
        titled_by=("email",),
        add=_("Add member"),
        parts=(
            Field(name="email", label=_("Member"), kind=Kind.CHOICE, offers=_members, width=6),
            Field(name="accounts", label=_("Accounts"), kind=Kind.NUMBER, optional=True, width=2),
            Field(name="mrr", label=_("MRR"), kind=Kind.NUMBER, optional=True, width=2),
            Field(name="minutes_a_week", label=_("Minutes a week"), kind=Kind.NUMBER, optional=True, width=2),
            Field(name="languages", label=_("Languages"), kind=Kind.WORDS, optional=True, width=4),
            Field(name="timezone", label=_("Time zone"), optional=True, width=4, offers=_timezones),
            Field(name="skills", label=_("Skills"), kind=Kind.WORDS, optional=True, width=4),
        ),
    ),
    Field(
        name="pooled",
        label=_("Pooled books"),
        kind=Kind.PARTS,
        optional=True,
        help=_("Many accounts that some members look after together, with the share of them to keep."),
        one=_("Pooled book"),
        add=_("Add pooled book"),
        parts=(
            Field(name="name", label=_("Name"), width=12),
            Field(name="models", label=_("Accounts served as"), kind=Kind.CHOICES, offers=_models, width=12),
            Field(name="members", label=_("Looked after by"), kind=Kind.CHOICES, offers=_members, width=12),
            Field(name="keep_percent", label=_("To keep, in %"), kind=Kind.NUMBER, begins="85"),
            Field(name="of", label=_("Of its"), kind=Kind.CHOICE, offers=_of, begins="accounts"),
            Field(name="days", label=_("Over so many days"), kind=Kind.NUMBER, begins="365", optional=True),
        ),
    ),
)
