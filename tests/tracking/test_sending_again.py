"""What was refused can be sent again once its cause is mended: exactly once, and it says when it is refused again."""

import json

import pytest

from tenure.kernel import clock, jobs
from tenure.tracking import queries
from tenure.tracking.actions.intake_log import append_refusals
from tenure.tracking.actions.planning import define_rule, remove_rule
from tenure.tracking.actions.replaying import ask_to_send_again, ask_to_send_all_again, sendable
from tenure.tracking.errors import AlreadySentAgain, MendingUnreadable, NothingToSendAgain
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.types import RefusedCall, RuleGiven, RuleKind
from tenure.workspaces.queries import audit_trail
from tests.given import given_member
from tests.tracking.sending import NOW, hours, send, send_raw, track


def rows(workspace):
    from tenure.lake import engine
    from tenure.tracking.types.lake import EVENTS

    return engine.run(engine.read(workspace.pk, EVENTS)).to_pylist()


def given_refused(
    workspace, raw: object, code: str = "id_missing", *, path: str = "/v1/batch", **said: object
) -> Refusal:
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    append_refusals(
        [
            RefusedCall(
                workspace_id=workspace and workspace.pk, received_at=NOW, code=code, reason="Because.", path=path,
                source="Website", raw=content, size=len(content), **said,
            )
        ]
    )  # fmt: skip
    return Refusal.everywhere.order_by("-pk")[0]


def work() -> None:
    jobs.run_stage("replays", NOW)
    jobs.run_stage("intake", NOW)


def test_takes_a_mended_call_with_its_own_time_and_source(workspace):
    at = (NOW - hours(2)).isoformat()
    refused = given_refused(workspace, {"type": "track", "event": "Exported", "messageId": "m1", "timestamp": at})
    ada = given_member()

    ask_to_send_again(
        refused, by=ada,
        mended=json.dumps({"type": "track", "event": "Exported", "userId": "maya", "messageId": "m1", "timestamp": at}),
    )  # fmt: skip
    work()

    (row,) = rows(workspace)
    assert (row["event"], row["ts"], row["source"]) == ("Exported", NOW - hours(2), "Website")
    refused.refresh_from_db()
    assert refused.replayed_at is not None
    assert IntakeBatch.objects.get(pk=refused.replay_batch_id).received_at == NOW
    (entry,) = audit_trail()[:1]
    assert (entry.action, entry.actor) == ("tracking.send_again", "Ada")


def test_is_done_once_however_often_it_is_asked(workspace):
    refused = given_refused(workspace, {"type": "track", "event": "E", "userId": "maya"}, "write_key_unknown")
    ask_to_send_again(refused, by=None)

    with pytest.raises(AlreadySentAgain):
        ask_to_send_again(refused, by=None)
    work()
    with pytest.raises(AlreadySentAgain):
        ask_to_send_again(refused, by=None)
    work()

    assert len(rows(workspace)) == 1
    assert IntakeBatch.objects.count() == 1


def test_what_the_sender_repeated_meanwhile_counts_once(workspace):
    call = {"type": "track", "event": "E", "userId": "maya", "messageId": "m1", "timestamp": NOW.isoformat()}
    ask_to_send_again(given_refused(workspace, {"batch": [call]}, "write_key_retired"), by=None)
    send(call)
    work()

    assert [r["message_id"] for r in rows(workspace)] == ["m1"]


def test_says_why_it_is_refused_again_and_can_be_mended_once_more(workspace):
    refused = given_refused(workspace, {"type": "track", "event": "E"})

    ask_to_send_again(refused, mended='{"type": "track", "userId": "maya"}', by=None)
    work()

    refused.refresh_from_db()
    assert (refused.code, refused.replayed_at, refused.replay_asked_at) == ("event_name_missing", None, None)
    assert refused.refused_again_at is not None
    assert bytes(refused.raw) == b'{"type": "track", "userId": "maya"}'
    ask_to_send_again(refused, mended='{"type": "track", "userId": "maya", "event": "E"}', by=None)
    work()
    assert [r["event"] for r in rows(workspace)] == ["E"]


def test_everything_a_rule_blocked_comes_in_once_the_rule_is_gone(workspace):
    rule = define_rule(RuleGiven(kind=RuleKind.BLOCK, event="Noise"), by=None)
    send(*(track("Noise", userId="maya", messageId=f"m{n}") for n in range(5)))
    given_refused(workspace, {"type": "track"}, "id_missing")
    remove_rule(rule, by=None)

    assert ask_to_send_all_again("event_blocked", by=given_member()) == 5
    assert ask_to_send_all_again("event_blocked", by=given_member()) == 0
    work()

    assert sorted(r["message_id"] for r in rows(workspace)) == [f"m{n}" for n in range(5)]
    assert sendable().count() == 1


def test_a_whole_request_keeps_its_good_calls_and_refuses_the_bad_ones(workspace):
    body = {"batch": [{"type": "track", "event": "E", "userId": "maya"}, {"type": "track", "event": "E"}]}

    ask_to_send_again(given_refused(workspace, body, "write_key_unknown"), by=None)
    work()

    assert len(rows(workspace)) == 1
    assert [(r.code, r.replayed_at) for r in Refusal.objects.filter(replayed_at=None)] == [("id_missing", None)]


def test_what_came_with_a_key_nobody_has_becomes_the_workspace_s_that_sends_it_again(workspace):
    refused = given_refused(None, {"batch": [{"type": "track", "event": "E", "userId": "maya"}]}, "write_key_unknown")

    ask_to_send_again(refused, by=None)
    work()

    assert len(rows(workspace)) == 1


def test_a_batch_that_could_not_be_stored_is_kept_whole_and_comes_in_later(workspace):
    calls = [
        {"type": "track", "event": "E", "userId": "maya", "messageId": f"m{n}", "properties": {"text": "x" * 1_000}}
        for n in range(100)
    ]
    send_raw(json.dumps({"batch": calls, "oops": 1}).encode().replace(b'"batch"', b'"bat"'), 100)
    for _ in range(3):
        jobs.run_stage("intake", NOW)
    (refused,) = Refusal.objects.all()
    assert (refused.code, refused.count) == ("batch_unreadable", 100)

    ask_to_send_again(refused, mended=bytes(refused.raw).decode().replace('"bat"', '"batch"'), by=None)
    work()

    assert len(rows(workspace)) == 100


def test_understands_what_posthog_sent(workspace):
    body = {"api_key": "wk_old", "batch": [{"event": "Opened", "distinct_id": "maya", "properties": {"n": 1}}]}

    ask_to_send_again(given_refused(workspace, body, "write_key_retired", path="/batch/"), by=None)
    work()

    assert [(r["event"], r["properties"]) for r in rows(workspace)] == [("Opened", '{"n":1}')]


def test_a_wrong_clock_stays_put_right(workspace):
    in_1970 = clock.now().replace(year=1971)
    call = {"type": "track", "event": "E", "timestamp": (in_1970 - hours(1)).isoformat()}
    refused = given_refused(workspace, call, sent_at=in_1970)

    ask_to_send_again(refused, mended=json.dumps(call | {"userId": "maya"}), by=None)
    work()

    assert [r["ts"] for r in rows(workspace)] == [NOW - hours(1)]


def test_cannot_send_what_was_not_kept_whole(workspace):
    refused = given_refused(workspace, b"{")
    Refusal.objects.update(size=9)

    with pytest.raises(NothingToSendAgain):
        ask_to_send_again(refused, by=None)
    with pytest.raises(MendingUnreadable):
        ask_to_send_again(refused, mended="{", by=None)
    assert sendable().count() == 0
    assert queries.refusals().get().replay_asked_at is None
