"""Tables of tracking: the intake log and what it refused."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class IntakeBatch(ScopedModel):
    """Calls as they came in, acknowledged once this row is committed, waiting to be read into the lake.

    The log is written a hundred times as often as anything else, so its foreign keys are not checked by the database
    and only the waiting rows are indexed. `content` is zstd of `{"batch": [calls…]}`, `sentAt` and the like beside it.
    """

    WAITING = 0
    DONE = 1

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    write_key = models.ForeignKey(
        "workspaces.WriteKey",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    content = models.BinaryField()
    event_count = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(default=WAITING, db_default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    source = models.CharField(max_length=160, default="", db_default="")
    """Where the calls came from when it was not a write key: `csv FILE`."""
    processed_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="intake_waiting", condition=models.Q(status=0))]


class Refusal(ScopedModel):
    """A call, or a whole request, that was not taken: why, and what it looked like. No workspace: the key was unknown.

    When something refuses too often to keep each one, a row stands for `count` of them and keeps no `raw`. It can be
    sent again once: `mended` is what is sent in the place of `raw`, `replay_batch_id` where it went, and what came of
    it is either in the lake or a refusal of that batch.
    """

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+", null=True)
    received_at = models.DateTimeField()
    code = models.CharField(max_length=60)
    reason = models.TextField()
    path = models.CharField(max_length=200)
    write_key = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=120, blank=True)
    raw = models.BinaryField()
    size = models.BigIntegerField()
    count = models.PositiveIntegerField(default=1, db_default=1)
    sent_at = models.DateTimeField(null=True)
    batch_id = models.BigIntegerField(null=True)
    mended = models.BinaryField(null=True)
    replay_asked_at = models.DateTimeField(null=True)
    replay_into = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """Whose it became when it was sent again; it may have come with a key that nobody had."""
    refused_again_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(null=True)
    replay_batch_id = models.BigIntegerField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-id"], name="refusals_latest"),
            models.Index(
                fields=["id"],
                name="refusals_to_send_again",
                condition=models.Q(replay_asked_at__isnull=False, replayed_at__isnull=True),
            ),
            models.Index(fields=["batch_id"], name="refusals_of_batch", condition=models.Q(batch_id__isnull=False)),
        ]


class PlanRule(ScopedModel):
    """What the tracking plan does at the door: an event is blocked or renamed, a property dropped or hashed."""

    kind = models.CharField(max_length=8)
    event = models.CharField(max_length=255, blank=True)
    new_name = models.CharField(max_length=255, blank=True)
    field = models.CharField(max_length=255, blank=True)
    place = models.CharField(max_length=8, default="payload")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "event", "field", "place"], name="one_rule_per_subject")
        ]


class ObservedEvent(ScopedModel):
    """An event name that has arrived, from when to when; how often is counted in the lake.

    `looked_at` calls were searched for properties: all of a small batch, a sample of a large one.
    """

    name = models.CharField(max_length=500)
    type = models.CharField(max_length=8)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    looked_at = models.BigIntegerField(default=0)
    noticed_at = models.DateTimeField()
    """When the first one arrived; it may be said to have happened long before."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_observation_per_event")]


class ObservedProperty(ScopedModel):
    """A property seen with one type in calls of an event, and how often."""

    event = models.ForeignKey("tracking.ObservedEvent", on_delete=models.CASCADE, related_name="observed")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=8)
    seen = models.BigIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["event", "name", "type"], name="one_observation_per_type")]


class Drift(ScopedModel):
    """Something that arrives other than it used to; open until a member has acknowledged it or it is as before."""

    kind = models.CharField(max_length=12)
    event = models.CharField(max_length=500)
    property = models.CharField(max_length=255, blank=True)
    was = models.CharField(max_length=120, blank=True)
    now = models.CharField(max_length=120, blank=True)
    noticed_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "event", "property", "now"],
                name="one_open_drift",
                condition=models.Q(acknowledged_at__isnull=True, ended_at__isnull=True),
            )
        ]


class MicroBatch(ScopedModel):
    """One turn of the intake worker: how much, how long each part took, and how old the oldest call was at the end."""

    at = models.DateTimeField()
    batches = models.PositiveIntegerField()
    calls = models.PositiveIntegerField()
    stored = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    oldest_seconds = models.FloatField()
    median_seconds = models.FloatField()
    seconds = models.JSONField(default=dict)

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["at"], name="micro_batches_latest")]


class Tally(ScopedModel):
    """Something counted since the beginning; rows that say it one by one are forgotten after a while."""

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+", null=True)
    name = models.CharField(max_length=80)
    total = models.FloatField(default=0)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_tally_per_name", nulls_distinct=False)
        ]


class TimelineEntry(ScopedModel):
    """An announcement that named a customer, kept as kind and particulars; it is put into words when it is read."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    section = models.CharField(max_length=16)
    particulars = models.JSONField()
    account = models.ForeignKey(
        "customers.Account", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "customers.Person", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="timeline_of_account"),
            models.Index(fields=["person", "-at", "-id"], name="timeline_of_person"),
            models.Index(
                fields=["workspace", "kind", "at"],
                name="timeline_of_tickets",
                condition=models.Q(kind__in=["TicketOpened", "TicketSolved"]),
            ),
        ]


class RollupProgress(ScopedModel):
    """How far the rollups of a workspace have followed the reattributions of its past use."""

    reattribution_id = models.BigIntegerField(default=0)
    raw_since = models.DateField(null=True)
    """From which day on raw events are kept: what was counted for days before stays as it is."""
    session_minutes = models.PositiveIntegerField(default=30, db_default=30)
    """A session ends with a gap longer than this."""
    sessions_counted = models.PositiveIntegerField(null=True, default=30)
    """The gap by which the sessions of every day are counted; null or another than chosen: not yet of every day."""
    uncounted = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """Days to which calls were added, or about to be, that may not have been counted since."""
    uncounted_problem = models.TextField(blank=True, db_default="")
    """Why one of them could not be counted when it was tried last; empty: none was tried in vain."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_progress_per_workspace")]
