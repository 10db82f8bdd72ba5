"""What the columns and indexes of accounts and people are worked out with; pure but for Django's expressions."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
_SEEN_WITHIN = timedelta(minutes=10)


def seen_about(at: datetime) -> datetime:
    """Return what `last_seen_about` says of a moment."""
    return _SINCE + (at - _SINCE) // _SEEN_WITHIN * _SEEN_WITHIN


def last_seen_about() -> "models.GeneratedField":
    """Return a column that says to ten minutes when somebody was last seen, for lists sorted by that.

    Every batch renews `last_seen_at`; an index on it would have all indexes of the row renewed each time.
    """
    return models.GeneratedField(
        expression=models.Func(
            models.Value(_SEEN_WITHIN), models.F("last_seen_at"), models.Value(_SINCE), function="date_bin"
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )


def number_in_traits(name: str) -> models.Case:
    """Return a trait as a number, where it is one."""
    text = models.Func(
        models.F("traits"), models.Value(name), function="jsonb_extract_path_text", output_field=models.TextField()
    )
    kind = models.Func(
        models.Func(models.F("traits"), models.Value(name), function="jsonb_extract_path"),
        function="jsonb_typeof",
        output_field=models.TextField(),
    )
    return models.Case(
        models.When(Exact(kind, models.Value("number")), then=Cast(text, models.FloatField())),
        output_field=models.FloatField(),
    )
