"""Tables that lists are searched and narrowed by; triggers write them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tenure.kernel.tenancy import ScopedModel, current_workspace_id


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


class PersonSearchText(_WrittenByTriggers):
    """What a known person who is not merged is called, in capitals, a line for each; searched by any fragment."""

    person = models.OneToOneField(
        "customers.Person", on_delete=models.CASCADE, related_name="+", primary_key=True, db_constraint=False
    )
    said = models.TextField()
    name_key = models.TextField(null=True)  # what they are sorted by when names are; None: without one


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
