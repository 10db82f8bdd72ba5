"""Tables of health."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenure.kernel.tenancy import ScopedModel, current_workspace_id


class _Scoped(ScopedModel):
    """A table whose own indexes begin with the workspace or with what is looked up."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )

    class Meta(ScopedModel.Meta):
        abstract = True


class Scorecard(_Scoped):
    """A named way to judge health; of those that apply to an account, the lowest `position` is its main one."""

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField()
    definition = models.TextField()
    """Its plain form as JSON; text, because the order in which it was written is kept."""
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    """When it last judged everybody."""
    archived_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    """Why it could not judge, if it could not; its scores then stay as they were."""

    class Meta(_Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_scorecard_per_name", condition=models.Q(archived_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.name


class ScorecardVersion(_Scoped):
    """What a scorecard said, from one change to the next."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["scorecard", "number"], name="one_scorecard_version_per_number")]


class HealthScore(_Scoped):
    """What a scorecard said of an account from `since` until `until` (empty: now), with all it was made of.

    Points and parts are not kept: the rules make them again from the version and the readings. A new row is written
    when the score, its coverage or any part moves by a point.
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    is_main = models.BooleanField(default=False)
    score = models.SmallIntegerField(null=True)
    computed = models.SmallIntegerField(null=True)
    """What it would be without an override."""
    band = models.SmallIntegerField(null=True)
    """Its place among the version's bands, the lowest first."""
    coverage = models.SmallIntegerField()
    """How much of the weight is known, in percent."""
    is_missing = models.BooleanField(default=False)
    """Whether a measure is not known without which there is no score."""
    age = models.IntegerField(null=True)
    """Days since sign-up."""
    children = models.FloatField(null=True)
    held = ArrayField(models.SmallIntegerField(), default=list)
    """Which exceptions held, by their place."""
    override = models.SmallIntegerField(null=True)
    readings = models.BinaryField()
    """Readings in the order of `readings_of`, 8 bytes each (IEEE 754, little-endian); NaN is not known."""

    class Meta(_Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "account"], name="one_health_score_now", condition=models.Q(until=None)
            )
        ]
        indexes = [
            models.Index(fields=["account", "scorecard", "-since"], name="health_scores_of_account"),
            models.Index(
                fields=["scorecard", "score", "account"], name="health_scores_now", condition=models.Q(until=None)
            ),
        ]


class Override(_Scoped):
    """What a member says the score is, and why, until it ends."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    score = models.SmallIntegerField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    """When it ends by itself."""
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    ended_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    personal = ("reason",)

    class Meta(_Scoped.Meta):
        indexes = [
            models.Index(fields=["account", "-at"], name="overrides_of_account"),
            models.Index(fields=["ends_at"], name="overrides_ending", condition=models.Q(ended_at=None)),
        ]


class Judgement(_Scoped):
    """What a member thought of an account, from 0 (about to leave) to 100 (could not be better)."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    score = models.SmallIntegerField()
    note = models.CharField(max_length=1_000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    personal = ("note",)

    class Meta(_Scoped.Meta):
        indexes = [models.Index(fields=["account", "-at"], name="judgements_of_account")]


class Touched(_Scoped):
    """An account of which something was heard, waiting to be judged again; one heard of often stands here often.

    Rows are only added and claimed, so that whoever hears of an account never waits for whoever judges it.
    """

    account_id = models.BigIntegerField()

    class Meta(_Scoped.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="touched_for_health")]


class JudgingPass(_Scoped):
    """How far the judging of everybody has come: one row a workspace."""

    asked_at = models.DateTimeField(null=True)
    """Since when somebody waits for it, because a scorecard is new or another one."""
    began_at = models.DateTimeField(null=True)
    """The moment by which those under way judges; empty while none is."""
    accounts = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_judging_pass")]


class JudgedMeanwhile(_Scoped):
    """An account judged by itself while everybody is being judged: what is known of it is younger than the pass."""

    account_id = models.BigIntegerField()

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "account_id"], name="judged_meanwhile_once")]
