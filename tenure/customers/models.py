"""Tables of customers, but for those in `remembered` (what was known once) and `searched` (what lists go by)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, NullIf, Upper
from django.db.models.lookups import IsNull

from tenure.customers import remembered as remembered
from tenure.customers import searched as searched
from tenure.customers.columns import last_seen_about, number_in_traits
from tenure.kernel.tenancy import ScopedModel, current_workspace_id

_THERE = models.Q(merged_into=None)
_KNOWN = models.Q(merged_into=None, is_anonymous=False)
_OF_PARENT = ~models.Q(parent_said="")


def _by_number(trait: str, name: str) -> models.Index:
    number = number_in_traits(trait)
    return models.Index("workspace", number, "id", name=name, condition=_THERE & models.Q(IsNull(number, False)))


class Account(ScopedModel):
    """A customer company (Segment calls it a group), or a known person without one: an account of one."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )
    external_id = models.CharField(max_length=500, null=True)
    name = models.CharField(max_length=500, blank=True)
    domain = models.CharField(max_length=255, blank=True)
    is_solo = models.BooleanField(default=False)
    traits = models.JSONField(default=dict)
    trait_times = models.JSONField(default=dict)
    """When each trait was last said, in microseconds since 1970: a later word wins, in whatever order they arrive."""
    trait_words = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    """The last word of each source on traits that several sources may say, or that a member pinned."""
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    parent_said = models.CharField(max_length=500, blank=True, db_default="", default="")
    """What the trait `parent_id` says; `parent` is what can be believed of it."""
    solo_person = models.BigIntegerField(null=True)
    """Whose account of one this is or was."""
    owner = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    signed_up_at = models.DateTimeField(null=True)
    churned_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    trial_ends_at = models.DateTimeField(null=True)
    """When its latest trial ends or ended; None: nothing was said of one."""
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    """When they last used the product; being identified or grouped is not use. None: never."""
    last_seen_about = last_seen_about()
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "external_id"], name="account_by_external_id")]
        indexes = [
            models.Index("workspace", Lower("name"), "id", name="accounts_by_name", condition=_THERE),
            models.Index(fields=["workspace", "owner", "id"], name="accounts_by_owner", condition=_THERE),
            models.Index(fields=["workspace", "signed_up_at", "id"], name="accounts_by_sign_up", condition=_THERE),
            models.Index(
                fields=["workspace", "last_seen_about", "id"], name="accounts_by_seen_about", condition=_THERE
            ),
            models.Index(
                fields=["workspace", "churned_at"], name="accounts_churned", condition=~models.Q(churned_at=None)
            ),
            models.Index(
                fields=["workspace", "returned_at"], name="accounts_returned", condition=~models.Q(returned_at=None)
            ),
            models.Index("workspace", number_in_traits("mrr"), "id", name="accounts_by_mrr", condition=_THERE),
            _by_number("health_score", "accounts_by_health"),
            _by_number("churn_risk", "accounts_by_risk"),
            models.Index(fields=["workspace", "parent_said"], name="accounts_by_parent_said", condition=_OF_PARENT),
            models.Index(fields=["parent"], name="accounts_by_parent", condition=~models.Q(parent=None)),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or f"#{self.pk}"


class Person(ScopedModel):
    """One trace of a human: a user id or an anonymous id. Traces found to be one human point at one of them."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )
    external_id = models.CharField(max_length=500, null=True)
    email = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=500, blank=True)
    traits = models.JSONField(default=dict)
    trait_times = models.JSONField(default=dict)
    trait_words = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    is_anonymous = models.BooleanField(default=True)
    timezone = models.CharField(max_length=60, blank=True)
    locale = models.CharField(max_length=35, blank=True)
    signed_up_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    last_seen_about = last_seen_about()
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "external_id"], name="people_by_external_id"),
            models.Index("workspace", Upper("email"), name="people_by_email"),
            models.Index(
                "workspace", NullIf(Lower("name"), models.Value("")), "id", name="people_by_name", condition=_KNOWN
            ),
            models.Index(
                "workspace", NullIf(Lower("email"), models.Value("")), "id", name="people_by_address", condition=_KNOWN
            ),
            models.Index(fields=["workspace", "first_seen_at", "id"], name="people_by_first_seen", condition=_KNOWN),
            models.Index(fields=["workspace", "last_seen_about", "id"], name="people_by_seen_about", condition=_KNOWN),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or f"#{self.pk}"


class Identity(ScopedModel):
    """An id a person was seen under. `owner` is the user id it was said to belong to first, `owned_at` when."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=500)
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    owned_at = models.DateTimeField(null=True)
    joined_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    """The id a member said it belongs to; that goes before what calls say."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "value"], name="one_person_per_identity")]
        indexes = [models.Index(fields=["joined_to"], name="identities_joined", condition=~models.Q(joined_to=None))]


class Affiliation(ScopedModel):
    """A person's place at an account; `is_primary` where unnamed use counts now, `since` when it was first said."""

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20)
    is_primary = models.BooleanField(default=True)
    since = models.DateTimeField()
    role_is_set = models.BooleanField(default=False, db_default=False)
    """A member said the role; what traits say does not change it."""
    chosen_at = models.DateTimeField(null=True)
    """When a member made it the primary account, from when on unnamed use counts here."""
    learnt_at = models.DateTimeField(null=True)
    """When `since` and `chosen_at` became known as they are; None: before that was written down."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "account"], name="one_affiliation_per_account")]


class TraitChange(ScopedModel):
    """A fact that was learnt: what, from where, and as of when."""

    account = models.ForeignKey(
        "customers.Account", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "customers.Person", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=255)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=160)
    at = models.DateTimeField()
    learnt_at = models.DateTimeField(null=True)
    """When it became known; None: before that was written down, so nobody can say better than `at`."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account=None, person__isnull=False) | models.Q(account__isnull=False, person=None),
                name="trait_of_one_subject",
            ),
            models.UniqueConstraint(
                fields=["account", "name", "at"],
                name="one_account_trait_at_once",
                condition=models.Q(account__isnull=False),  # what every search for an account implies
            ),
            models.UniqueConstraint(
                fields=["person", "name", "at"],
                name="one_person_trait_at_once",
                condition=models.Q(person__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["workspace", "name"], name="words_by_trait")]


class LifecycleChange(ScopedModel):
    """An event of the customer's product that says where an account is in its life.

    Of the account that the call named, or of wherever its person was at home at the time.
    """

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=12)
    event = models.CharField(max_length=255)
    source = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "at", "account", "person"],
                name="one_lifecycle_change_at_once",
                nulls_distinct=False,
            )
        ]


class Reattribution(ScopedModel):
    """Past use now counts elsewhere: two traces became one person, an account of one joined another, a person moved.

    Written in order under the workspace's identity lock, so that readers of the lake can go on from where they were.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )
    kind = models.CharField(max_length=8)
    old_id = models.BigIntegerField()
    new_id = models.BigIntegerField()
    before_id = models.BigIntegerField()
    """Where the past use counted until now."""
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="reattributions_in_order")]


class Merge(ScopedModel):
    """Two people, or two accounts, that a member said are one, with what is needed to part them again."""

    kind = models.CharField(max_length=8)
    kept_id = models.BigIntegerField()
    merged_id = models.BigIntegerField()
    people = ArrayField(models.BigIntegerField())
    """Everybody whose identities, traits or places it touched."""
    accounts = ArrayField(models.BigIntegerField())
    before = models.JSONField()
    """The rows it changed, as they were."""
    moved = models.JSONField()
    """How much moved: ids, places, traits, accounts."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(
                fields=["workspace", "kind", "kept_id"], name="merges_in_force", condition=models.Q(undone_at=None)
            )
        ]


class SaidSince(ScopedModel):
    """A call about somebody merged, kept so that it can be said again of the right one when they are parted."""

    merge = models.ForeignKey("customers.Merge", on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    content = models.JSONField()
    first_at = models.BigIntegerField()
    last_at = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merge", "key"], name="one_of_each_said_since")]


class TraitRule(ScopedModel):
    """What a workspace wants of one trait: its type, and whose word goes before whose."""

    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=8, blank=True)
    sources = models.JSONField(default=list)
    """Sources whose word counts most, the first before the second; everybody else comes after, the newest first."""
    settled_to = models.BigIntegerField(null=True, default=0)
    """Up to which account or person it has been applied to what was said before; None: to all."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "name"], name="one_rule_per_trait")]


class PossibleDuplicate(ScopedModel):
    """Two people, or two accounts, that may be one; a member's no is remembered."""

    kind = models.CharField(max_length=8)
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    reason = models.CharField(max_length=20)
    detail = models.CharField(max_length=500, blank=True)
    score = models.FloatField()
    found_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "first_id", "second_id"], name="one_suggestion_per_pair"
            )
        ]
