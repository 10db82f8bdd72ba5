"""Tables that lists are searched and narrowed by; triggers write them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from tenure.kernel.tenancy import ScopedModel, current_workspace_id

IN_ONE_INDEX = 1_000
"""So many bytes of what is searched fit into the index of names; an entry has to be less than 2 704."""
_LENGTH = models.Func("said", function="octet_length", output_field=models.IntegerField())


def _in_order(subject: str, subjects: str, keys: dict[str, str]) -> list[models.Index]:
    """Index each order with all that is searched, and by themselves the few rows that are too long for that."""
    fits, is_long = LessThanOrEqual(_LENGTH, IN_ONE_INDEX), GreaterThan(_LENGTH, IN_ONE_INDEX)
    return [
        *(
            models.Index(
                fields=["workspace", key, subject],
                include=["said"],
                condition=models.Q(fits),
                name=f"{subjects}_searched_by_{order}",
            )
            for order, key in keys.items()
        ),
        models.Index(fields=["workspace"], condition=models.Q(is_long), name=f"{subjects}_with_long_names"),
    ]


class _WrittenByTriggers(ScopedModel):
    """A narrow row beside an account or a person that lists are narrowed by."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )

    class Meta(ScopedModel.Meta):
        abstract = True


class AccountSearchText(_WrittenByTriggers):
    """What an account that is not merged is called, in capitals, a line for each; searched by any fragment."""

    account = models.OneToOneField(
        "customers.Account", on_delete=models.CASCADE, related_name="+", primary_key=True, db_constraint=False
    )
    said = models.TextField()
    name_key = models.TextField(null=True)  # what it is sorted by when names are

    class Meta(_WrittenByTriggers.Meta):
        indexes = _in_order("account", "accounts", {"name": "name_key"})


class PersonSearchText(_WrittenByTriggers):
    """What a known person who is not merged is called, in capitals, a line for each; searched by any fragment."""

    person = models.OneToOneField(
        "customers.Person", on_delete=models.CASCADE, related_name="+", primary_key=True, db_constraint=False
    )
    said = models.TextField()
    name_key = models.TextField(null=True)  # what they are sorted by when names are; None: without one
    email_key = models.TextField(null=True)  # and when addresses are

    class Meta(_WrittenByTriggers.Meta):
        indexes = _in_order("person", "people", {"name": "name_key", "address": "email_key"})


class AccountFacts(_WrittenByTriggers):
    """The traits of an account that is not merged as `workspace?name` and `workspace:name=VALUE`.

    Numbers also as `workspace#name+DIGITS` (before the point) and `workspace#name+DIGITS=FIRST` (the first three).
    """

    account = models.OneToOneField(
        "customers.Account", on_delete=models.CASCADE, related_name="+", primary_key=True, db_constraint=False
    )
    facts = ArrayField(models.TextField())

    class Meta(_WrittenByTriggers.Meta):
        indexes = [GinIndex(fields=["facts"], name="accounts_by_fact")]
