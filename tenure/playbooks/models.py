"""Tables of playbooks."""

from django.db import models
from django.db.models import Q

from tenure.kernel.tenancy import ScopedModel


class Playbook(ScopedModel):
    """Human work to do when something happens: what opens it, and its tasks."""

    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    trigger_kind = models.CharField(max_length=10)
    signal_kind = models.CharField(max_length=60, blank=True)
    segment = models.ForeignKey("segments.Segment", on_delete=models.SET_NULL, null=True, related_name="+")
    tasks = models.JSONField()
    """A list of `types.TaskTemplate`."""
    pool = models.JSONField(default=list)
    """Ids of the members who take the tasks of accounts without an owner, in turn. Empty: every member."""
    pool_next = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_playbook_per_name", condition=Q(archived_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "signal_kind"], name="playbooks_by_signal", condition=Q(archived_at=None))
        ]

    def __str__(self) -> str:
        return self.name


class Run(ScopedModel):
    """One playbook carried out for one account. The dedupe key keeps one open; a repeat refreshes it."""

    playbook = models.ForeignKey("playbooks.Playbook", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    dedupe_key = models.CharField(max_length=120)
    """What makes two causes the same work: `rules.run_key`."""
    status = models.CharField(max_length=10)
    severity = models.FloatField()
    signal = models.ForeignKey("signals.Signal", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    refreshed_at = models.DateTimeField(null=True)
    refreshed_times = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=12, blank=True)
    notes = models.TextField(blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "dedupe_key"], name="one_open_run_per_key", condition=Q(status="open")
            ),
            models.CheckConstraint(condition=Q(status__in=["open", "finished"]), name="run_status_known"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="runs_of_account"),
            models.Index(fields=["playbook", "status"], name="runs_of_playbook"),
            models.Index(fields=["signal"], name="runs_of_signal", condition=Q(status="open")),
        ]


class Task(ScopedModel):
    """One piece of human work for one account."""

    run = models.ForeignKey("playbooks.Run", on_delete=models.CASCADE, null=True, related_name="tasks")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    script = models.TextField(blank=True)
    questions = models.JSONField(default=list)
    minutes = models.PositiveSmallIntegerField(default=15)
    status = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """The end of the working day it is due on, or `starts_at` when it was arranged for a moment."""
    starts_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField()
    """When it was due before anybody put it off."""
    snoozed_times = models.PositiveSmallIntegerField(default=0)
    calls_tried = models.PositiveSmallIntegerField(default=0)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)
    """Why it was skipped or cancelled (`CancelReason`), or what was noted when it was done."""
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    transition_step = models.ForeignKey(
        "touch_models.TransitionStep", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    """The step of a change of touch models that is done by it."""
    instead_of = models.CharField(max_length=10, blank=True, default="")
    """The kind of work it would have been, but for the channels that the account's touch model forbids."""

    personal = ("script", "note")

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "done", "skipped", "cancelled"]), name="task_status_known"
            ),
            models.UniqueConstraint(fields=["run", "position"], name="tasks_in_order", condition=Q(follows=None)),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at"], name="tasks_open_of_owner", condition=Q(status="open")),
            models.Index(fields=["owner", "completed_at"], name="tasks_finished_of_owner"),
            models.Index(fields=["account", "-id"], name="tasks_of_account"),
        ]

    def __str__(self) -> str:
        return self.title


class CallLog(ScopedModel):
    """One call: who, what came of it, and what next."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    task = models.ForeignKey("playbooks.Task", on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey("playbooks.Run", on_delete=models.SET_NULL, null=True, related_name="+")
    called_at = models.DateTimeField()
    called_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=14)
    minutes = models.PositiveSmallIntegerField(null=True)
    notes = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    """What was answered, by trait name."""
    next_task = models.ForeignKey("playbooks.Task", on_delete=models.SET_NULL, null=True, related_name="+")

    personal = ("notes", "answers")

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["account", "-id"], name="calls_of_account")]
