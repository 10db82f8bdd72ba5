"""From the intake log to the lake."""

from datetime import UTC, date, datetime, timedelta

from tenure.config.commands import doctor
from tenure.customers import queries as customers
from tenure.kernel import jobs
from tenure.lake import engine
from tenure.tracking.actions import intake, rollups
from tenure.tracking.announcements import EventsStored
from tenure.tracking.models import IntakeBatch, Refusal, RollupProgress
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY
from tests.tracking.sending import NOW, group, hours, identify, send, send_raw, track


def drain() -> int:
    return jobs.run_stage("intake", NOW)


def rows(workspace, table):
    return engine.run(engine.read(workspace.pk, table)).to_pylist()


def person_days(workspace):
    return sorted(
        (str(r["dt"]), r["account_id"], r["person_id"], r["event"], r["n"]) for r in rows(workspace, PERSON_DAY)
    )


def account_days(workspace):
    return sorted(
        (str(r["dt"]), r["account_id"], r["events"], r["active_people"]) for r in rows(workspace, ACCOUNT_DAY)
    )


def test_stores_and_counts_what_was_acknowledged(workspace, heard):
    send(
        identify(userId="maya", traits={"name": "Maya"}, at=NOW - hours(30)),
        group(userId="maya", groupId="fjord", at=NOW - hours(30)),
        track("Exported", userId="maya", at=NOW - hours(30), properties={"format": "csv"}),
        track("Exported", userId="maya", at=NOW),
        track("Exported", userId="maya", at=NOW - hours(1)),
        {
            "type": "page",
            "name": "Pricing",
            "userId": "tom",
            "timestamp": NOW.isoformat(),
            "context": {"groupId": "fjord"},
        },
    )

    assert drain() == 6

    fjord = customers.account_by_external_id("fjord").pk
    maya, tom = (customers.person_by_external_id(i).pk for i in ("maya", "tom"))
    assert person_days(workspace) == [
        ("2026-03-09", fjord, maya, "Exported", 1),
        ("2026-03-10", fjord, maya, "Exported", 2),
        ("2026-03-10", fjord, tom, "Viewed Pricing Page", 1),
    ]
    assert account_days(workspace) == [("2026-03-09", fjord, 1, 1), ("2026-03-10", fjord, 3, 2)]
    stored = {r["event"]: r for r in rows(workspace, EVENTS)}
    assert len(rows(workspace, EVENTS)) == 6
    assert stored["Viewed Pricing Page"]["account_named"] is True
    assert stored["Exported"]["ts"].tzinfo is not None
    [said] = [a for a in heard if isinstance(a, EventsStored)]
    assert said == EventsStored(
        workspace_id=workspace.pk, at=NOW, account_ids=[fjord], person_ids=sorted([maya, tom]),
        first_day=date(2026, 3, 9), last_day=date(2026, 3, 10), events=6,
    )  # fmt: skip
    assert IntakeBatch.objects.get().status == IntakeBatch.DONE
    assert drain() == 0


def test_counts_what_is_delivered_twice_once(workspace):
    for _ in range(2):
        send(track("Exported", userId="maya", messageId="m1"), track("Exported", userId="maya", messageId="m1"))
        drain()
    send(track("Exported", userId="maya", messageId="m1", at=NOW - hours(24)))
    drain()

    assert [n for *_, n in person_days(workspace)] == [1]
    assert len(rows(workspace, EVENTS)) == 1


def test_use_before_signing_in_counts_for_the_account_once_it_is_known(workspace):
    send({"type": "page", "name": "Pricing", "anonymousId": "cookie", "timestamp": (NOW - hours(100)).isoformat()})
    drain()
    assert account_days(workspace) == []
    assert person_days(workspace)[0][1] == 0

    send(identify(userId="maya", anonymousId="cookie", traits={"name": "Maya"}))
    drain()
    send(group(userId="maya", groupId="fjord", at=NOW + hours(1)))
    drain()

    fjord = customers.account_by_external_id("fjord").pk
    maya = customers.person_by_external_id("maya").pk
    assert person_days(workspace) == [("2026-03-06", fjord, maya, "Viewed Pricing Page", 1)]
    assert account_days(workspace) == [("2026-03-06", fjord, 1, 1)]


def test_puts_the_time_right_of_a_sender_whose_clock_is_wrong(workspace):
    in_1970 = datetime(1970, 1, 1, 1, tzinfo=UTC)
    send(track("Exported", userId="maya", at=in_1970 - timedelta(minutes=5)), received_at=NOW, sent_at=in_1970)
    drain()

    assert [r["ts"].astimezone(UTC) for r in rows(workspace, EVENTS)] == [NOW - timedelta(minutes=5)]


def test_refuses_impossible_times_and_spares_the_neighbours(workspace):
    send(
        track("a", userId="maya", at=datetime(1970, 1, 1, tzinfo=UTC), messageId="old"),
        track("b", userId="maya", at=NOW + timedelta(days=300), messageId="new"),
        track("c", userId="maya"),
    )
    drain()

    assert [(r.code, r.message_id, r.source) for r in Refusal.objects.order_by("pk")] == [
        ("timestamp_too_early", "old", "sdk"),
        ("timestamp_in_future", "new", "sdk"),
    ]
    assert b'"event":"a"' in bytes(Refusal.objects.order_by("pk")[0].raw)
    assert [r["event"] for r in rows(workspace, EVENTS)] == ["c"]


def test_a_batch_that_cannot_be_read_is_put_aside_and_its_neighbours_are_stored(workspace):
    send(track("before", userId="maya"))
    send_raw(b'{"batch": "no list"}', 7)
    send(track("after", userId="maya"))

    for _ in range(4):
        drain()

    assert sorted(r["event"] for r in rows(workspace, EVENTS)) == ["after", "before"]
    refused = Refusal.objects.get()
    assert (refused.code, refused.count, bytes(refused.raw)) == ("batch_unreadable", 7, b'{"batch": "no list"}')
    assert not IntakeBatch.objects.filter(status=IntakeBatch.WAITING).exists()


def test_calls_of_a_batch_that_failed_after_they_were_added_are_counted(workspace, monkeypatch):
    def fails(*_):
        raise ValueError("not now")

    send(track("Exported", userId="maya", messageId="one"))
    with monkeypatch.context() as patch:
        patch.setattr(intake, "refresh_people", fails)
        patch.setattr(rollups, "refresh_days", fails)
        for _ in range(4):
            drain()
    assert [r["event"] for r in rows(workspace, EVENTS)] == ["Exported"]
    assert Refusal.objects.get().code == "batch_unreadable"
    assert rows(workspace, PERSON_DAY) == []
    assert [f.what for f in doctor._batches()] == [
        "Harbor: 1 batch of 1 call could not be stored, put aside, the latest of "
        f"{Refusal.objects.get().received_at:%Y-%m-%d %H:%M} UTC: The batch could not be stored: ValueError: not now"
    ]
    day = f"{NOW:%Y-%m-%d}"
    (found,) = doctor._days()
    assert (found.fine, found.what) == (False, f"Harbor: calls of 1 day are stored and not counted yet ({day})")
    assert found.mend == f"Counting failed: {day}: ValueError: not now. It is tried again every minute."

    assert jobs.run_stage("recount_moved", NOW) == 1
    assert [(r["event"], r["n"]) for r in rows(workspace, PERSON_DAY)] == [("Exported", 1)]
    assert [(f.fine, f.what) for f in doctor._days()] == [(True, "Every day is counted")]
    send(track("Exported", userId="maya", messageId="one"))
    drain()

    assert [(r["event"], r["n"]) for r in rows(workspace, PERSON_DAY)] == [("Exported", 1)]
    assert RollupProgress.objects.get().uncounted == []
