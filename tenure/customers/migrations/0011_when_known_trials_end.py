"""Say of accounts that are known to be on trial when that ends; what is said later is read as it comes."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

_AT_ONCE = 5_000
_ENDS = ("trial_ends_at", "trialEndsAt", "trial_end", "trial_ended_at", "trialEndedAt")


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, int | float):
            read = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        else:
            read = datetime.fromisoformat(str(value).strip())
            read = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return read if 1970 <= read.year <= 2200 else None


def say_when_trials_end(apps: Any, schema_editor: Any) -> None:
    """Read it from the traits, some thousand accounts at a time."""
    accounts, after = apps.get_model("customers", "Account")._base_manager, 0
    having = accounts.filter(trial_ends_at=None, traits__has_any_keys=list(_ENDS)).only("id", "traits")
    while found := list(having.filter(pk__gt=after).order_by("pk")[:_AT_ONCE]):
        after = found[-1].pk
        for each in found:
            known = {name: _moment(each.traits.get(name)) for name in ("trial_started_at", "trialStartedAt", *_ENDS)}
            began = known["trial_started_at"] or known["trialStartedAt"]
            over = known["trial_ended_at"] or known["trialEndedAt"]
            ends = [known["trial_ends_at"] or known["trialEndsAt"] or known["trial_end"]]
            ends.append(over if over and (began is None or over >= began) else None)
            each.trial_ends_at = min((at for at in ends if at), default=None)
        accounts.bulk_update([each for each in found if each.trial_ends_at], ["trial_ends_at"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_search_by_fragments")]

    operations = [migrations.RunPython(say_when_trials_end, migrations.RunPython.noop, elidable=True)]
