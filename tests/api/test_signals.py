"""Signals through the API: what they rest on, the rules behind them, mutes, and rules of one's own."""

from datetime import timedelta

from tenure.signals import actions, queries
from tenure.signals.types import EvidenceKind, EvidenceLink, FalseReason, Finding
from tests.api.given import NOW


def test_a_signal_says_what_is_at_stake_how_sure_it_is_and_what_it_rests_on(api, made):
    done = actions.open_signals(
        [
            Finding(
                account_id=made.account,
                kind="misuse",
                confidence=0.9,
                evidence={},
                links=(EvidenceLink(kind=EvidenceKind.PERSON, id=made.person),),
            )
        ]
    )

    signal = api.get(f"/signals/{done.opened[0]}").json

    assert (signal["amount_minor"], signal["currency"], signal["confidence"]) == (49_000, "USD", 0.9)
    assert (signal["severity"], signal["severity_step"], signal["headline"]) == (0.675, "watch", "Misuse")
    assert signal["links"] == [{"kind": "person", "id": made.person, "since": None, "until": None, "words": ""}]


def test_a_false_alarm_says_why_and_the_record_counts_it(api, made):
    closed = api.post(f"/signals/{made.signal}/close", {"outcome": "false_alarm", "false_reason": "season"}).json

    assert (closed["outcome"], closed["false_reason"]) == ("false_alarm", FalseReason.SEASON)
    record = api.get("/signals/track-record", kind="odd_use").json
    assert (record["precision"], record["precision_low"], record["unsaid_share"]) == (0.0, 0.0, 0.0)
    assert record["false_reasons"] == {"season": 1}


def test_rules_are_listed_with_their_records(api, made):
    rules = {rule["kind"]: rule for rule in api.get("/signal-rules").json["items"]}

    assert rules["activity_decline"]["name"] == "Usage is fading"
    assert len(rules["activity_decline"]["definition"]) == 6
    assert (rules["odd_use"]["open"], rules["odd_use"]["precision"]) == (1, None)


def test_signals_are_muted_for_some_days_and_again_not(api, made):
    given = {"kind": "odd_use", "account_id": made.account, "reason": "Known.", "days": 30}

    muted = api.post("/signal-rules/mutes", given)

    assert muted.status == 201
    assert muted.json["until"] == f"{NOW + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    assert [m["id"] for m in api.get("/signal-rules/mutes").json["items"]] == [muted.json["id"]]
    assert api.post(f"/signal-rules/mutes/{muted.json['id']}", method="delete").status == 200
    assert not queries.mutes(NOW).exists()
    assert api.post("/signal-rules/mutes", given | {"reason": " "}).json["code"] == "mute_reason_missing"
    assert api.post("/signal-rules/mutes", {"reason": "All"} | {"days": 1}).json["code"] == "mute_too_wide"


def test_a_rule_of_ones_own_is_made_changed_and_archived(api, made):
    made_rule = api.post("/segment-signals", {"name": "Premium now", "segment_id": made.segment, "present": "open"})

    rule = made_rule.json
    assert (made_rule.status, rule["text"].splitlines()[0]) == (201, "name: Premium now")
    assert [s["kind"] for s in api.get("/signals", kind=rule["kind"]).json["items"]] == [rule["kind"]]
    path = f"/segment-signals/{rule['id']}"
    changed = api.post(path, {"name": "Loud", "segment_id": made.segment, "severity": 0.9}, method="put").json
    assert (changed["name"], changed["severity"]) == ("Loud", 0.9)
    assert api.post(f"{path}/archive").json["archived_at"] is not None
    assert api.get("/segment-signals").json["items"] == []
    assert api.post(f"{path}/restore").json["archived_at"] is None
    wrong = api.post("/segment-signals/text", {"text": "name: x\nsegment: Nowhere\n"})
    assert (wrong.status, wrong.json["code"]) == (422, "segment_signal_text_wrong")
    text = rule["text"].replace("Premium now", "By text")
    assert api.post("/segment-signals/text", {"text": text}).json["name"] == "By text"
