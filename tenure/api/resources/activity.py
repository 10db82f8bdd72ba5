"""Activity churn: what a workspace chose for the watch over use, what stands of an account, and past alarms."""

from datetime import date, timedelta
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.activity import actions, queries
from tenure.activity.errors import ActivityChoiceInvalid, NotWatchedYet
from tenure.activity.types import Choices, PastAlarm
from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.workspaces.types import PermissionRole

router = Router(tags=["activity"])
EXAMPLE = "false_signals: 10%\nkey_events:\n- Report shared\n"
USUAL_DAYS, MOST_DAYS = 28, 92
EARLIEST = date(1971, 1, 1)


class ChoicesOut(Schema):
    """What the workspace chose for the watch over use."""

    false_share: float = said("The share of signals that may be false in the long run.", 0.1)
    key_events: list[str] = said("What the product is used for; none: all events count alike.", ["Report shared"])
    text: str = said("The same as YAML, as it can be put back.", EXAMPLE)


class ChoicesIn(Schema):
    """What it is to be: as text, or what is given of the two."""

    text: Text | None = said("The whole as YAML.", EXAMPLE, max_length=20_000, default=None)
    false_share: float | None = said("The share of false signals, 0.01 to 0.5.", 0.05, default=None)
    key_events: list[Text] | None = said("The names of key events.", ["Report shared"], default=None, max_length=50)


class UseStandingOut(Schema):
    """What was last said of an account's use."""

    account_id: int = said("Which account.")
    judged_on: date = said("The last day that was looked at.")
    verdict: str = said("declining, normal, recovered, too_little_use or too_little_history.", "declining")
    ratio: float | None = said("Days of use against what was to be expected; null when not judged.", 0.4)
    since: date | None = said("Since when it declines; null while it does not.")


class PastAlarmOut(Schema):
    """A signal that would have been opened after a past day."""

    account_id: int = said("For which account.")
    account_name: str = said("What it is called.", "Northwind")
    day: date = said("After which day.")
    since: date = said("When its decline had begun.")
    leading: str = said("What it showed in most: people, events or minutes.", "people")
    ratio: float = said("What was left of that.", 0.4)
    confidence: float = said("How sure it was, 0 to 1.", 0.98)
    passed_on: date | None = said("When it would have closed; null: not within these days.")


@router.get("/choices", response=ChoicesOut, summary="How use is watched")
def read_choices(request: ApiCall) -> Any:
    """Return what the workspace chose, or what it has by default."""
    return _shown()


@router.put("/choices", response=ChoicesOut, summary="Change how use is watched")
def change_choices(request: ApiCall, given: ChoicesIn) -> Any:
    """Choose anew; it holds from the next night on."""
    by = acting_member(request, PermissionRole.ADMIN)
    if given.text is not None:
        actions.write_choices(given.text, by=by)
        return _shown()
    before = queries.choices()
    actions.choose_activity(
        Choices(
            false_share=before.false_share if given.false_share is None else given.false_share,
            key_events=before.key_events if given.key_events is None else tuple(given.key_events),
        ),
        by=by,
    )
    return _shown()


@lists(router, "/past-alarms", PastAlarmOut, summary="What the watch would have raised")
def list_past_alarms(
    request: ApiCall,
    first: date | None = Query(None, description="The first day looked at; four weeks ago when left out."),
    last: date | None = Query(None, description="The last day looked at; yesterday when left out."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the signals that would have been opened from one day to another by today's choices, the earliest first.

    Every day is judged by the use of the days before it, as it is known now; at most 92 days.
    """
    today = clock.now().date()
    until = last or today - timedelta(days=1)
    since = first or max(until, EARLIEST) - timedelta(days=USUAL_DAYS - 1)
    if not timedelta() <= until - since < timedelta(days=MOST_DAYS) or until >= today or since < EARLIEST:
        raise ActivityChoiceInvalid(f"Choose at most {MOST_DAYS} days that are over, the first before the last.")
    found = sorted(queries.alarms_between(since, until, clock.now()), key=lambda a: (a.day, a.account_id))
    names = customers.account_names({alarm.account_id for alarm in found})

    def show(alarm: PastAlarm) -> dict[str, Any]:
        return {
            "account_id": alarm.account_id, "account_name": names.get(alarm.account_id, ""), "day": alarm.day,
            "since": alarm.since, "leading": alarm.leading.value, "ratio": round(alarm.ratio, 4),
            "confidence": round(alarm.confidence, 4), "passed_on": alarm.passed_on,
        }  # fmt: skip

    return page_of_few(found, cursor, limit, show)


@router.get("/{int:account_id}", response=UseStandingOut, summary="What is said of an account's use")
def read_standing(request: ApiCall, account_id: int) -> Any:
    """Return what was last said of one account; 404 while nothing was."""
    found = queries.standing_of(customers.account(reachable(account_id)).pk)
    if found is None:
        raise NotWatchedYet
    return {
        "account_id": found.account_id, "judged_on": found.judged_on, "verdict": found.verdict.value,
        "ratio": None if found.ratio is None else round(found.ratio, 4), "since": found.since,
    }  # fmt: skip


def _shown() -> dict[str, Any]:
    chosen = queries.choices()
    return {
        "false_share": chosen.false_share, "key_events": list(chosen.key_events), "text": queries.choices_text(),
    }  # fmt: skip
