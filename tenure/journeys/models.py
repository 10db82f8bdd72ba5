"""Tables of journeys."""

from django.db import models
from django.db.models import Q

from tenure.kernel.tenancy import ScopedModel


class Journey(ScopedModel):
    """Touches that run by themselves. What it does is in its versions; those enrolled keep the one they came in by."""

    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    subject = models.CharField(max_length=8)
    status = models.CharField(max_length=10)
    current = models.ForeignKey("journeys.JourneyVersion", on_delete=models.SET_NULL, null=True, related_name="+")
    priority = models.SmallIntegerField(default=0)
    """Of two journeys wanting the same person under a frequency cap, the higher goes first."""
    trigger_kind = models.CharField(max_length=10)
    trigger_segment = models.ForeignKey("segments.Segment", on_delete=models.SET_NULL, null=True, related_name="+")
    trigger_event = models.CharField(max_length=200, blank=True)
    goal_segment = models.ForeignKey("segments.Segment", on_delete=models.SET_NULL, null=True, related_name="+")
    goal_event = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True)
    touches_from = models.DateTimeField(null=True)
    """Touches due before this moment (while it was paused) are skipped."""
    error = models.TextField(blank=True, default="")
    """Why its steps could not be carried out, while they could not; nobody moves meanwhile."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_journey_per_name", condition=~Q(status="archived")
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "live", "paused", "archived"]), name="journey_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "trigger_kind"], name="journeys_live", condition=Q(status="live")),
        ]

    def __str__(self) -> str:
        return self.name


class JourneyVersion(ScopedModel):
    """What a journey did from one change to the next."""

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="journey_versions_in_order")]


class Enrolment(ScopedModel):
    """An account or a person in a journey: at which step, and when that step is due.

    Of an account's enrolment `person` is null; of a person's, `account` is the one they came in with.
    """

    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("journeys.JourneyVersion", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, null=True, related_name="+")
    status = models.CharField(max_length=10)
    step = models.CharField(max_length=40, blank=True)
    arrived_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)
    why = models.JSONField(default=dict)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "account"],
                name="one_live_enrolment_per_account",
                condition=Q(status="live", person=None),
            ),
            models.UniqueConstraint(
                fields=["journey", "person"],
                name="one_live_enrolment_per_person",
                condition=Q(status="live", person__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["live", "finished", "goal", "left"]), name="enrolment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(person__isnull=False), name="enrolment_has_a_subject"
            ),
        ]
        indexes = [
            models.Index(fields=["journey", "due_at", "id"], name="enrolments_due", condition=Q(status="live")),
            models.Index(fields=["journey", "status", "step"], name="enrolments_of_journey"),
            models.Index(fields=["account", "-id"], name="enrolments_of_account"),
            models.Index(fields=["person", "-id"], name="enrolments_of_person"),
        ]


class Decision(ScopedModel):
    """The recorded reason why one touch was or was not made: one for each enrolment and step.

    A touch that had to wait keeps its one record; `postponements` says how often, when and why.
    """

    enrolment = models.ForeignKey("journeys.Enrolment", on_delete=models.CASCADE, related_name="+")
    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("journeys.JourneyVersion", on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=40)
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=30)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=20)
    inputs = models.JSONField(default=dict)
    message = models.ForeignKey("channels.OutgoingMessage", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    postponements = models.JSONField(default=list)

    personal = ("inputs",)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="one_decision_per_touch"),
            models.CheckConstraint(
                condition=Q(outcome__in=["made", "skipped", "postponed"]), name="decision_outcome_known"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-at", "-id"], name="decisions_latest"),
            models.Index(fields=["journey", "outcome"], name="decisions_of_journey"),
            models.Index(fields=["account", "-at"], name="decisions_of_account"),
            models.Index(fields=["person", "-at"], name="decisions_of_person"),
        ]
