"""What was known of customers once and is not now: kept so that the past can be seen as it was known then."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel, current_workspace_id


class _Past(ScopedModel):
    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )

    class Meta(ScopedModel.Meta):
        abstract = True


class FormerTrait(_Past):
    """A row of the history of traits that was dropped or written over: it was known until `unlearnt_at`."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=255)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=160)
    at = models.DateTimeField()
    learnt_at = models.DateTimeField(null=True)
    unlearnt_at = models.DateTimeField()


class FormerPlace(_Past):
    """A person's place at an account as it was known until `left_at`."""

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    chosen_at = models.DateTimeField(null=True)
    learnt_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField()


class AccountLife(_Past):
    """What was known of an account's life from `learnt_at` until the next row; the first says since when at all."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    signed_up_at = models.DateTimeField(null=True)
    churned_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    trial_ends_at = models.DateTimeField(null=True)
    learnt_at = models.DateTimeField()

    class Meta(_Past.Meta):
        indexes = [models.Index(fields=["account", "-id"], name="lives_of_account_latest")]


class OwnerSpell(_Past):
    """Who looked after an account (None: nobody) from `at` until the next row; without any row nobody ever did."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    owner = models.ForeignKey(
        "workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta(_Past.Meta):
        indexes = [models.Index(fields=["account", "-id"], name="owners_of_account_latest")]
