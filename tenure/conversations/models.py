"""Tables of conversations."""

from django.db import models

from tenure.conversations.types import LONGEST_CHANNEL, LONGEST_ID, LONGEST_SUBJECT, Priority, TicketStatus
from tenure.kernel.tenancy import ScopedModel, current_workspace_id


class _Scoped(ScopedModel):
    """A table whose own indexes begin with the workspace."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )

    class Meta(ScopedModel.Meta):
        abstract = True


class Ticket(_Scoped):
    """A conversation with a type and a clock: what a customer asked for, as all that was told of it leaves it."""

    external_id = models.CharField(max_length=LONGEST_ID)
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    status = models.CharField(max_length=8, default=TicketStatus.OPEN.value)
    priority = models.CharField(max_length=8, default=Priority.NORMAL.value)
    channel = models.CharField(max_length=LONGEST_CHANNEL, blank=True)
    opened_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    satisfaction = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=200, blank=True)
    """Where the latest word on it is from: `csv tickets.csv import 4 row 17`."""

    personal = ("subject",)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "external_id"], name="one_ticket_per_external_id")]
        indexes = [
            models.Index(fields=["workspace", "-opened_at", "-id"], name="tickets_latest"),
            models.Index(fields=["account", "-opened_at"], name="tickets_of_account"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.external_id}"


class TicketTelling(_Scoped):
    """One telling of a ticket, as it was said; what one source said can be taken back."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, null=True, related_name="+")
    as_of = models.DateTimeField()
    source = models.CharField(max_length=180)
    row = models.BigIntegerField(default=0)
    content = models.JSONField()

    personal = ("content",)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["ticket", "source", "row"], name="one_telling_per_row")]
        indexes = [models.Index(fields=["workspace", "source", "id"], name="tellings_by_source")]
