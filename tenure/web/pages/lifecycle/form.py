"""What the form of the lifecycle asks for."""

from django.utils.translation import gettext_lazy as _

from tenure.web.pages.definitions import Field, Kind, Values


def _stages(values: Values) -> list[tuple[str, str]]:
    return [(stage["key"], stage["name"] or stage["key"]) for stage in values["stages"] if stage["key"]]


FIELDS = (
    Field(
        name="stages",
        label=_("Stages"),
        kind=Kind.PARTS,
        help=_("Accounts begin at the first."),
        one=_("Stage"),
        add=_("Add stage"),
        is_ordered=True,
        parts=(
            Field(name="name", label=_("Name"), width=6),
            Field(name="key", label=_("Key"), kind=Kind.KEY, width=6, help=_("What programs call it; it stays.")),
        ),
    ),
    Field(
        name="transitions",
        label=_("What leads from one to the next"),
        kind=Kind.PARTS,
        help=_("Of those that leave one stage, the first that applies is taken."),
        one=_("Transition"),
        titled_by=("from", "to"),
        add=_("Add transition"),
        is_ordered=True,
        parts=(
            Field(name="from", label=_("From"), kind=Kind.CHOICE, offers=_stages),
            Field(name="to", label=_("To"), kind=Kind.CHOICE, offers=_stages),
            Field(name="after_days", label=_("After so many days in it"), kind=Kind.NUMBER, optional=True),
            Field(name="when", label=_("Condition"), kind=Kind.CONDITION, optional=True),
        ),
    ),
)
