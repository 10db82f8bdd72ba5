"""The inbox of signals, one signal, the rules behind them, and what members do with them."""

import re
from datetime import timedelta

import pytest

from tenure.segment_signals import queries as segment_signals
from tenure.signals import actions, queries
from tenure.signals.models import Signal, SignalMute
from tenure.signals.types import CloseReason, EvidenceKind, EvidenceLink, FalseReason, Outcome
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole
from tests.given import given_member
from tests.segments.given import catch_up, given_segment
from tests.signals.given import NOON, given_account, given_signal
from tests.web.visiting import owner, read, read_csv, visit, visit_as


@pytest.fixture
def three(workspace, at):
    """Three open signals: Fjord's is high and of two kinds, Kestrel's is low."""
    at(NOON)
    fjord, kestrel = given_account("fjord", mrr=4_800), given_account("kestrel", mrr=120)
    grave = given_signal(fjord, None, kind="misuse", confidence=0.95, evidence={})
    mild = given_signal(fjord, 0.2, kind="repeated_question", evidence={})
    low = given_signal(kestrel, 0.3, kind="misuse", evidence={})
    return {"grave": grave.pk, "mild": mild.pk, "low": low.pk}


def listed(page):
    """The ids of the signals in the table, in their order."""
    return [int(pk) for pk in re.findall(r'<a class="row-link[^"]*" href="/signals/(\d+)/"', page)]


def test_shows_the_most_severe_first_with_what_is_at_stake(three):
    page = read(visit().get("/signals/"))

    assert listed(page) == [three["grave"], three["low"], three["mild"]]
    assert "$4,800" in page
    assert "Repeated question" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("severity=risk", ["grave"]),
        ("kind=misuse", ["grave", "low"]),
        ("q=kest", ["low"]),
        ("owner=none", ["grave", "low", "mild"]),
        ("owner=me", []),
        ("mine=1", []),
        ("sort=money", ["grave", "mild", "low"]),
        ("sort=oldest", ["grave", "mild", "low"]),
        ("sort=account", ["grave", "mild", "low"]),
        ("status=closed", []),
        ("status=nonsense&severity=x&sort=y&owner=%00", ["grave", "low", "mild"]),
    ],
)
def test_is_narrowed_and_sorted_by_its_address(three, query, expected):
    page = read(visit().get(f"/signals/?{query}"))

    assert listed(page) == [three[name] for name in expected]


def test_closes_many_with_an_outcome_and_takes_it_back(three):
    browser = visit()
    ids = [three["grave"], three["low"]]

    asked = read(browser.post("/signals/ask/closing/", {"ids": ids}))
    assert "True alarm" in asked
    assert asked.count('name="ids"') == 2
    browser.post(
        "/signals/close/", {"ids": ids, "outcome": "false_alarm", "false_reason": "season", "note": "Holidays"}
    )

    assert sorted(Signal.objects.filter(status="closed").values_list("pk", "outcome", "false_reason", "note")) == [
        (pk, "false_alarm", "season", "Holidays") for pk in sorted(ids)
    ]
    page = read(browser.get("/signals/"))
    assert listed(page) == [three["mild"]]
    undo = re.search(r"/signals/undo/\d+/", page)
    assert undo
    browser.post(undo[0])
    assert queries.counts().open == 3


def test_a_closed_one_says_how_it_turned_out_and_only_what_is_chosen_is_exported(three):
    actions.close_many([three["grave"]], outcome=Outcome.TRUE_ALARM, by=owner())
    browser = visit()

    assert listed(read(browser.get("/signals/?status=closed&outcome=true_alarm"))) == [three["grave"]]
    assert listed(read(browser.get("/signals/?status=closed&outcome=unsaid"))) == []
    header, *rows = read_csv(browser.get("/signals/export.csv?status=closed"))
    (row,) = [dict(zip(header, each, strict=True)) for each in rows]
    assert (row["id"], row["account"], row["outcome"], row["amount_minor"]) == (
        str(three["grave"]), "Fjord", "true_alarm", "480000",
    )  # fmt: skip


def test_closing_asks_for_an_outcome(three):
    answer = visit().post("/signals/close/", {"ids": [three["low"]]})

    assert answer.status_code == 422
    assert queries.counts().open == 3


def test_everything_of_the_view_is_more_than_what_is_ticked(three):
    visit().post("/signals/snooze/", {"everything": "1", "view": "kind=misuse", "days": "3"})

    assert sorted(Signal.objects.filter(status="snoozed").values_list("pk", "snoozed_until")) == sorted(
        (three[name], NOON + timedelta(days=3)) for name in ("grave", "low")
    )


def test_gives_many_to_a_member(three):
    ben = given_member("Ben")

    visit().post("/signals/assign/", {"ids": [three["grave"], three["mild"]], "owner": str(ben.pk)})

    assert sorted(Signal.objects.filter(owner=ben).values_list("pk", flat=True)) == sorted(
        [three["grave"], three["mild"]]
    )
    assert listed(read(visit_as(ben).get("/signals/?owner=me"))) == [three["grave"], three["mild"]]


def test_nothing_chosen_changes_nothing(three):
    assert visit().post("/signals/snooze/", {"days": "3"}).status_code == 422
    assert queries.counts().open == 3


def test_a_viewer_only_looks(three):
    browser = visit(PermissionRole.VIEWER)

    page = read(browser.get("/signals/"))

    assert "/signals/ask/closing/" not in page
    assert browser.post("/signals/close/", {"ids": [three["low"]], "outcome": "true_alarm"}).status_code == 403
    assert browser.post("/signals/mute/", {"kind": "misuse"}).status_code == 403
    assert browser.get(f"/signals/{three['low']}/").status_code == 200
    assert queries.counts().open == 3


def test_a_view_is_kept_shared_and_removed(three):
    browser = visit()
    browser.post("/signals/views/", {"name": "Misuse", "query": "kind=misuse&nonsense=1", "shared": "1"})

    saved = workspaces.saved_views("signals", owner()).get()
    assert (saved.name, saved.query, saved.is_shared) == ("Misuse", "kind=misuse", True)
    assert "Misuse" in read(browser.get("/signals/"))
    browser.post(f"/signals/views/{saved.pk}/share/")
    browser.post(f"/signals/views/{saved.pk}/remove/")
    assert not workspaces.saved_views("signals", owner()).exists()


def test_one_signal_opens_what_it_rests_on(workspace, at):
    at(NOON)
    account = given_account("fjord", mrr=4_800)
    signal = given_signal(
        account,
        None,
        kind="misuse",
        confidence=0.9,
        evidence={},
        links=(
            EvidenceLink(kind=EvidenceKind.ACCOUNT, id=account.pk),
            EvidenceLink(kind=EvidenceKind.EVENTS, since=NOON.date(), words="Report exported"),
        ),
    )

    page = read(visit().get(f"/signals/{signal.pk}/"))

    assert f'href="/accounts/{account.pk}/?show=use#timeline"' in page
    assert "Report exported since" in page
    assert "90%" in page


def test_one_that_closed_by_itself_can_be_judged(three):
    actions.close_signals([three["low"]], reason=CloseReason.PASSED)
    browser = visit()
    assert "It closed by itself" in read(browser.get(f"/signals/{three['low']}/"))

    browser.post(f"/signals/{three['low']}/outcome/", {"outcome": "false_alarm", "false_reason": "agreed"})

    assert (queries.signal(three["low"]).outcome, queries.signal(three["low"]).false_reason) == (
        "false_alarm",
        "agreed",
    )


def test_rules_say_how_often_they_were_right(three):
    by = owner()
    for n in range(12):
        signal = given_signal(given_account(f"a{n}"), kind="misuse", evidence={})
        outcome = Outcome.TRUE_ALARM if n < 9 else Outcome.FALSE_ALARM
        actions.close_signal(signal, outcome=outcome, false_reason=FalseReason.SEASON, by=by)
    browser = visit()

    page = read(browser.get("/signals/rules/"))
    assert "75% (47%–91%)" in page
    assert "Usage is fading" in page
    one = read(browser.get("/signals/rules/misuse/"))
    assert "75% of 12 judged were true alarms (95% interval 47%–91%)." in one
    assert "Holiday or season" in one
    header, *rows = read_csv(browser.get("/signals/rules/export.csv"))
    misuse = next(dict(zip(header, row, strict=True)) for row in rows if row[0] == "misuse")
    assert (misuse["open"], misuse["true_alarms"], misuse["false_alarms"], misuse["unsaid"]) == ("2", "9", "3", "0")


def test_few_judged_ones_claim_nothing(three):
    actions.close_many([three["grave"]], outcome=Outcome.TRUE_ALARM, by=owner())

    assert "too few to tell" in read(visit().get("/signals/rules/"))
    assert "100% of 1 judged were true alarms: too few to tell." in read(visit().get("/signals/rules/misuse/"))


def test_mutes_a_kind_of_an_account_with_a_reason_and_ends_it(three):
    browser = visit()
    account = queries.signal(three["grave"]).account_id
    said = {"kind": "misuse", "account": str(account), "reason": "Agreed with them.", "until": "2026-04-30"}

    browser.post("/signals/mute/", said)

    mute = SignalMute.objects.get()
    assert (mute.kind, mute.account_id, mute.reason, mute.muted_by) == ("misuse", account, "Agreed with them.", owner())
    listed = re.sub(r"<[^>]+>|\s+", " ", read(browser.get("/signals/rules/")))
    assert re.search(r"Fjord\s+· Misuse\s+Agreed with them\.", listed)
    browser.post(f"/signals/mutes/{mute.pk}/end/")
    assert not queries.mutes(NOON).exists()
    assert browser.post("/signals/mute/", said | {"reason": " "}).status_code == 422
    assert browser.post("/signals/mute/", said | {"until": "soon"}).status_code == 422


def test_a_rule_of_ones_own_is_made_changed_and_archived(workspace, at):
    at(NOON)
    segment = given_segment("Premium")
    account = given_account("fjord", plan="Premium")
    catch_up()
    browser = visit()
    said = {"name": "Premium now", "segment": segment.pk, "severity": "0.8", "closes_on_leaving": "on", "present": "on"}

    assert "When an account enters the segment" in read(browser.get("/signals/rules/new/"))
    made = browser.post("/signals/rules/new/", said)

    rule = segment_signals.segment_signals().get()
    assert made["Location"] == f"/signals/rules/segment:{rule.pk}/"
    assert list(Signal.objects.values_list("account_id", "kind", "severity")) == [
        (account.pk, f"segment:{rule.pk}", 0.8)
    ]
    assert "Opens when an account enters the segment “Premium”." in read(browser.get(made["Location"]))
    assert browser.post("/signals/rules/new/", said).status_code == 422

    browser.post(f"/signals/rules/own/{rule.pk}/", said | {"name": "Renamed", "severity": "money", "confidence": "60"})
    changed = segment_signals.segment_signal(rule.pk)
    assert (changed.name, changed.severity, changed.confidence) == ("Renamed", None, 0.6)

    browser.post(f"/signals/rules/own/{rule.pk}/archive/")
    assert not segment_signals.segment_signals().exists()
    browser.post(f"/signals/rules/own/{rule.pk}/restore/")
    assert segment_signals.segment_signals().exists()


def test_a_rule_is_written_as_text_and_told_what_is_wrong_with_the_line(workspace, at):
    at(NOON)
    given_segment("Premium")
    browser = visit()

    wrong = browser.post("/signals/rules/new/", {"text": "name: x\nsegment: Nowhere\nconfidence: 3\n"})
    assert (wrong.status_code, "Line 3: “confidence” is a number from 0 to 1" in read(wrong)) == (422, True)
    assert "segment: Nowhere" in read(wrong)
    browser.post("/signals/rules/new/", {"text": "name: Loud\nsegment: Premium\nseverity: 0.65\n"})

    rule = segment_signals.segment_signals().get()
    assert (rule.name, rule.severity) == ("Loud", 0.65)
    written = browser.get(f"/signals/rules/own/{rule.pk}/rule.yaml").content.decode()
    assert written == "name: Loud\nsegment: Premium\nseverity: 0.65\ncloses_on_leaving: true\n"
    assert '<option value="0.65" selected>' in read(browser.get(f"/signals/rules/own/{rule.pk}/"))
    browser.post(f"/signals/rules/own/{rule.pk}/", {"text": written.replace("Loud", "Louder")})
    assert segment_signals.segment_signal(rule.pk).name == "Louder"
