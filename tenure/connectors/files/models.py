"""Tables of imports."""

from django.db import models

from tenure.connectors.files.types import Kind, Status
from tenure.kernel.tenancy import ScopedModel


class Import(ScopedModel):
    """One file on its way in: what it is, what its columns mean, how far it is and what it came to."""

    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in Kind])
    file_name = models.CharField(max_length=120)
    path = models.CharField(max_length=1_000)
    """Where the file lies; empty once it has been deleted."""
    is_ours = models.BooleanField(default=True)
    """The file was uploaded and is ours to delete."""
    size = models.BigIntegerField()
    layout = models.CharField(max_length=8)
    encoding = models.CharField(max_length=40)
    delimiter = models.CharField(max_length=4, blank=True)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    event = models.CharField(max_length=255, blank=True)
    """What rows of a file of events are that name none."""
    timezone = models.CharField(max_length=60, default="UTC")
    status = models.CharField(max_length=12, default=Status.MAPPING.value)
    rows = models.BigIntegerField(default=0)
    """How many rows are done; a run goes on after them."""
    last_number = models.BigIntegerField(default=0)
    """The number of the last of them."""
    bytes = models.BigIntegerField(default=0)
    """How far into the file that is."""
    new = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    same = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    first_rows = models.JSONField(default=list)
    """The first rows as they are, or would be, taken."""
    said_at = models.DateTimeField(null=True)
    """As of when the rows are said; row n is n microseconds later."""
    problem = models.CharField(max_length=60, blank=True)
    """The code of why it stopped, and what to put that into words with."""
    problem_particulars = models.JSONField(default=dict)
    undoing = models.JSONField(default=dict)
    """How far taking it back is, where that is more than whom it touched: days of events, and whether they are gone."""
    taken_back = models.BigIntegerField(default=0)
    removed = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    """Made by the import and not removed with it, since somebody or something has to do with them now."""
    made_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(
                fields=["id"], name="imports_to_do", condition=models.Q(status__in=("checking", "running", "undoing"))
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Touched(ScopedModel):
    """An account or a person that an import made or changed; of events also from when to when it saw them."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(
        "customers.Account", on_delete=models.CASCADE, null=True, related_name="+", db_index=True
    )
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, null=True, related_name="+", db_index=True)
    was_made = models.BooleanField()
    is_undone = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["of", "account", "person"], name="touched_once", nulls_distinct=False)
        ]


class Replaced(ScopedModel):
    """What a row of an import put in the place of what was said under its key before; None: of nothing.

    Of spend and of facts about companies, where a newer word replaces the older one.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=400)
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta(ScopedModel.Meta):
        indexes = [models.Index(fields=["workspace", "key"], name="replaced_under_a_key")]


class RefusedRow(ScopedModel):
    """A row that could not be used, and why: a code, and what to put it into words with when it is read."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.BigIntegerField()
    code = models.CharField(max_length=60)
    particulars = models.JSONField(default=dict)
    column = models.CharField(max_length=255, blank=True)
    value = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(default=dict)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="refused_once")]


class ColumnsRemembered(ScopedModel):
    """What the columns of the last file of a kind meant, for the next."""

    kind = models.CharField(max_length=16)
    columns = models.JSONField(default=list)
    event = models.CharField(max_length=255, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind"], name="one_memory_per_kind")]
