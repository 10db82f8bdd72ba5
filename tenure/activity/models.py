"""Tables of activity."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class UseStanding(ScopedModel):
    """What was last said of one account's use: brought up to date by every pass."""

    account = models.OneToOneField("customers.Account", on_delete=models.CASCADE, related_name="+")
    judged_on = models.DateField()
    """The last day that was looked at."""
    verdict = models.CharField(max_length=20)
    expected = models.FloatField(null=True)
    actual = models.FloatField(null=True)
    since = models.DateField(null=True)
    time_zone = models.CharField(max_length=60, default="", db_default="")
    """Where most of its people work: whose holidays it shares."""
    usual = models.JSONField(null=True)
    """What is usual on each weekday, and how much weeks vary: `rules.usual_as_json`."""

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "verdict"], name="use_standings_by_verdict")]


class DayFactors(ScopedModel):
    """How busy the accounts of a time zone were on each of the last days, against their own expectations: 1 is usual.

    The row without a time zone is for all accounts; each pass brings the rows up to date.
    """

    time_zone = models.CharField(max_length=60, blank=True)
    first_day = models.DateField()
    people = models.JSONField()
    events = models.JSONField()
    minutes = models.JSONField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "time_zone"], name="one_row_of_factors_per_zone")]


class UsePass(ScopedModel):
    """One day judged for the whole workspace; claims it, so that it is judged once."""

    day = models.DateField()
    judged_at = models.DateTimeField()
    found = models.JSONField(default=dict)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "day"], name="one_use_pass_per_day")]


class ActivityChoices(ScopedModel):
    """What a workspace chose for the watch over use, a row each time; none while it has not chosen.

    Version 1 is what there is by default; the latest is in force.
    """

    version = models.PositiveIntegerField(default=2)
    chosen_at = models.DateTimeField(null=True)
    false_share = models.FloatField()
    key_events = models.JSONField(default=list)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "version"], name="one_choice_of_activity_a_version"),
            models.CheckConstraint(
                condition=models.Q(false_share__gt=0, false_share__lt=1), name="false_share_is_a_share"
            ),
        ]
