"""The pages of health: all accounts, scorecards, the builder, and one account in all its parts."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tenure.health import actions, queries
from tenure.health.models import Judgement, JudgingPass, Override, Scorecard
from tenure.kernel import jobs, outbox
from tenure.web.pages.health import drafts, rows
from tenure.workspaces.queries import audit_trail
from tenure.workspaces.types import PermissionRole
from tests.health.given import DAY, NOW, catch_up, given_account, given_scorecard, given_use, judge_as_asked, measure
from tests.web.visiting import read, read_csv, visit

SEATS = measure("Seats", {"trait": "seats"})


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def two():
    fjord, pine = given_account("fjord", seats=9), given_account("pine", seats=2)
    return given_scorecard("Seats", SEATS), fjord, pine


def test_an_empty_page_offers_to_begin_and_does():
    client = visit()
    given_account("fjord", seats=9)
    assert "No scorecard yet" in read(client.get("/health/"))

    answer = client.post("/health/scorecards/suggested/", follow=True)

    assert "judges every account from now on" in read(answer)
    assert Scorecard.objects.get().name == "Health"
    assert "Seats in use" in read(client.get(f"/health/scorecards/{Scorecard.objects.get().pk}/"))


def test_where_nobody_is_judged_yet_it_is_said():
    client = visit()
    client.post("/health/scorecards/suggested/")

    page = read(client.get("/health/"))

    assert "No account is judged yet" in page
    assert "How scores are spread" not in page


def test_numbers_open_to_the_accounts_behind_them(two):
    client = visit()

    page = read(client.get("/health/"))
    assert page.index("Pine") < page.index("Fjord")
    assert "Pine" not in read(client.get("/health/?band=2"))
    assert "Fjord" not in read(client.get("/health/?step=2"))
    assert "No account is here" in read(client.get("/health/?band=-1"))
    rows = read_csv(client.get("/health/export.csv?band=0"))
    assert rows[0][:5] == ["account_id", "name", "scorecard", "score", "band"]
    assert [row[1:5] for row in rows[1:]] == [["Pine", "Seats", "20", "Poor"]]


def test_a_score_is_in_the_band_its_own_scorecard_gives_it(two):
    strict = [
        {"band": "Lost", "from": 0, "tone": "risk"},
        {"band": "Good", "from": 95, "tone": "good"},
        {"band": "Superb", "from": 99, "tone": "info"},
    ]
    _, fjord, pine = two
    given_scorecard("Strict", SEATS, bands=strict, applies_to={"trait": "seats", "operator": "more_than", "value": 5})
    actions.put_scorecard_first(queries.scorecards()[1].id, by=None)
    judge_as_asked()

    rows = {row.account_id: (row.scorecard_name, row.score, row.band.name) for row in queries.scores().items}
    assert rows == {fjord: ("Strict", 90, "Lost"), pine: ("Seats", 20, "Poor")}
    counts = {each.band.name: (each.place, each.accounts) for each in queries.spread().bands if each.band}
    assert counts == {"Lost": (0, 1), "Poor": (1, 1), "Fair": (2, 0), "Good": (3, 0), "Superb": (4, 0)}
    assert [row.account_id for row in queries.scores(band=0).items] == [fjord]
    assert {pk: band.name for pk, band in queries.bands_of_accounts([fjord, pine]).items()} == {
        fjord: "Lost",
        pine: "Poor",
    }
    assert queries.risk_below() == 95
    assert "by their own main scorecard" in read(visit().get("/health/"))
    line = read(visit().get("/accounts/?columns=health&q=fjord"))
    assert "pill-risk" in line


def test_pages_of_a_long_list_lead_on(two, monkeypatch):
    monkeypatch.setattr("tenure.web.pages.health.views.ROWS", 1)
    client = visit()
    page = queries.scores(limit=1)

    assert page.next_cursor is not None
    assert "Fjord" in read(client.get(f"/health/?cursor={page.next_cursor}"))
    assert client.get("/health/?cursor=nonsense").status_code == 422


def test_a_scorecard_is_written_previewed_changed_and_compared(two):
    client = visit()
    card, fjord, _ = two
    text = queries.text_form(card.pk).replace("[0, 10]", "[0, 20]")

    seen = read(client.post("/health/scorecards/preview/", {"text": text, "against": card.pk, "account": fjord}))
    assert "Good → Poor" in seen
    assert "If you save it" in seen
    saved = read(client.post(f"/health/scorecards/{card.pk}/edit/", {"text": text}, follow=True))
    assert "is saved" in saved
    assert "Reading what is known of your accounts" in saved
    assert "Reading what is known" in read(client.get("/health/judging/"))
    judge_as_asked()
    assert client.get("/health/judging/")["HX-Refresh"] == "true"
    assert "Reading what is known" not in read(client.get("/health/"))

    versions = read(client.get(f"/health/scorecards/{card.pk}/versions/"))
    assert "Version 2" in versions
    assert "[0, 20]" in versions
    card.refresh_from_db()
    assert card.version == 2
    assert "45" in read(client.get(f"/accounts/{fjord}/health/"))


def test_says_of_how_many_accounts_it_has_judged(two):
    client = visit()
    actions.ask_to_judge_everybody(now=NOW)
    JudgingPass.objects.update(accounts=120, done=41)

    assert "Judged 41 of 120 accounts" in read(client.get("/health/scorecards/"))


def test_a_wrong_text_is_kept_and_said_at_its_line(two):
    client = visit()
    card, *_ = two
    wrong = queries.text_form(card.pk).replace("linear", "liner")

    answer = client.post(f"/health/scorecards/{card.pk}/edit/", {"text": wrong})

    page = read(answer)
    assert answer.status_code == 422
    assert "Line 7:" in page
    assert "liner" in page
    assert "Still to put right" in read(client.post("/health/scorecards/preview/", {"text": wrong}))
    taken = queries.text_form(card.pk)
    assert "already has this name" in read(client.post("/health/scorecards/new/", {"text": taken}))


def test_archiving_is_undone_and_the_first_is_chosen(two):
    client = visit()
    card, *_ = two
    other = given_scorecard("Other", SEATS)

    assert "is archived" in read(client.post(f"/health/scorecards/{card.pk}/archive/", follow=True))
    assert "Seats" in read(client.get("/health/scorecards/?archived=1"))
    client.post(f"/health/scorecards/{card.pk}/restore/")
    client.post(f"/health/scorecards/{other.pk}/first/")

    assert [each.name for each in queries.scorecards()] == ["Other", "Seats"]


def test_an_account_shows_what_its_score_is_made_of_and_why_it_changed(at, two):
    card, fjord, _ = two
    at(NOW + 3 * DAY)
    given_account("fjord", at=NOW + 3 * DAY, seats=4)
    catch_up()
    client = visit()

    page = read(client.get(f"/accounts/{fjord}/health/?since=2026-03-11"))
    assert "90 → 40" in page
    assert "Seats: 9 → 4" in page
    assert "−50" in page
    assert "Nothing was said of this account" in read(client.get(f"/accounts/{fjord}/health/?since=2025-01-01"))
    panel = read(client.get(f"/accounts/{fjord}/"))
    assert "Health" in panel
    assert f"/accounts/{fjord}/health/" in panel
    assert queries.why_changed(fjord, card.pk, NOW, NOW + 3 * DAY).difference is not None


def test_a_member_judges_disagrees_and_takes_it_back(two):
    _, fjord, _ = two
    client = visit(PermissionRole.MEMBER)

    client.post(f"/accounts/{fjord}/health/judge/", {"score": "25", "note": "Their sponsor left"})
    page = read(client.get(f"/accounts/{fjord}/health/"))
    assert "sees it otherwise" in page
    assert "Their sponsor left" in page
    client.post(f"/health/judgements/{Judgement.objects.get().pk}/withdraw/")

    assert "Nobody has judged this account yet" in read(client.get(f"/accounts/{fjord}/health/"))
    client.post(f"/accounts/{fjord}/health/judge/", {"score": "a lot"})
    assert Judgement.objects.count() == 1


def test_an_override_is_said_shown_ended_and_brought_back(two):
    card, fjord, _ = two
    client = visit()
    address = f"/accounts/{fjord}/health/{card.pk}/override/"

    client.post(address, {"score": "15", "reason": "They told us", "ends_on": "2026-04-01"})
    page = read(client.get(f"/accounts/{fjord}/health/"))
    assert "They told us" in page
    assert "computed: 90" in page
    said = Override.objects.get()
    client.post(f"/health/overrides/{said.pk}/end/")
    assert queries.health_of(fjord)[0].score == 90
    client.post(f"/health/overrides/{said.pk}/bring-back/")
    assert queries.health_of(fjord)[0].score == 15
    client.post(address, {"score": "15", "reason": ""})
    assert Override.objects.count() == 1
    assert {"health.override_score", "health.end_override"} <= {e.action for e in audit_trail()}


@pytest.mark.parametrize(
    ("zone", "ends_at"),
    [
        ("Asia/Taipei", datetime(2026, 4, 1, 15, 59, 59, 999999, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 4, 2, 6, 59, 59, 999999, tzinfo=UTC)),
        ("UTC", datetime(2026, 4, 1, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_an_override_counts_until_midnight_where_the_workspace_is(at, two, workspace, zone, ends_at):
    card, fjord, _ = two
    workspace.timezone = zone
    workspace.save()
    client = visit()

    client.post(
        f"/accounts/{fjord}/health/{card.pk}/override/",
        {"score": "15", "reason": "They told us", "ends_on": "2026-04-01"},
    )

    assert Override.objects.get().ends_at == ends_at
    assert "until 1 Apr" in read(client.get(f"/accounts/{fjord}/health/")), "the day that was chosen"
    at(ends_at)
    jobs.run_stage("health_touched", ends_at - timedelta(seconds=1))
    assert queries.health_of(fjord)[0].score == 15
    jobs.run_stage("health_touched", ends_at)
    assert queries.health_of(fjord)[0].score == 90


def test_says_why_there_is_no_score_though_all_is_known(two):
    """The reading lies outside what the measure counts: telling a share that is known would explain nothing."""
    fjord = two[1]
    card = given_scorecard("Bounded", SEATS | {"scores": {"bounded": [10, 20]}})

    page = read(visit().get(f"/accounts/{fjord}/health/?scorecard={card.pk}"))

    found = next(each for each in queries.health_of(fjord) if each.scorecard_id == card.pk)
    assert (found.score, found.coverage) == (None, 100)
    assert "What is known lies outside what its measures count." in page


def test_who_only_looks_may_not_change_anything(two):
    card, fjord, _ = two
    client = visit(PermissionRole.VIEWER)

    assert client.post(f"/accounts/{fjord}/health/judge/", {"score": "25"}).status_code == 403
    assert client.post(f"/health/scorecards/{card.pk}/archive/").status_code == 403
    assert client.get(f"/health/scorecards/{card.pk}/edit/").status_code == 403
    assert not Judgement.objects.exists()
    assert client.get("/health/").status_code == 200


def test_an_account_without_a_score_says_so(two):
    card, fjord, _ = two
    actions.archive_scorecard(card.pk, by=None)

    assert "No scorecard judges this account" in read(visit().get(f"/accounts/{fjord}/health/"))


def test_another_band_stands_on_the_timeline(at, two):
    _, fjord, _ = two
    at(NOW + DAY)
    given_use("fjord", at=NOW + DAY)
    given_account("fjord", at=NOW + DAY, seats=1)
    catch_up()
    outbox.deliver()

    assert "Health: Good → Poor (90 → 10)" in read(visit().get(f"/accounts/{fjord}/"))


def test_the_builder_changes_weights_and_functions_adds_and_removes(two):
    client = visit()
    card, *_ = two
    address = f"/health/scorecards/{card.pk}/edit/"
    text = queries.text_form(card.pk)
    form = {"text": text, "mode": "form", "name": "Seats and more", "minimum_coverage": "30"}

    page = read(client.get(address))
    assert 'name="weight:measures[0]"' in page
    added = read(client.post(address, {**form, "op": "add:measures", "kind:measures": "seen"}, HTTP_HX_REQUEST="true"))
    assert 'name="weight:measures[1]"' in added
    grouped, roots = drafts.changed(text, form, "group:measures")
    assert [row["path"] for row in rows.form_of(drafts.plain_of(grouped) or {}, roots)["measures"]] == [
        "measures[0]",
        "measures[1]",
        "measures[1].measures[0]",
        "measures[1].measures",
    ]
    fields = {"weight:measures[0]": "3", "high:measures[0]": "20", "unknown:measures[0]": "no_score"}
    client.post(address, {**form, **fields, "op": "save"})

    card.refresh_from_db()
    assert (card.name, card.version) == ("Seats and more", 2)
    measure_ = queries.scorecard(card.pk).definition.measures[0]
    assert (measure_.weight, measure_.scores.high, measure_.unknown) == (3, 20, "no_score")
    wrong = client.post(address, {**form, "weight:measures[0]": "a lot", "op": "save"})
    assert wrong.status_code == 422
    assert "A number is needed here." in read(wrong)
    assert 'value="a lot"' in read(wrong)
    emptied, _ = drafts.changed(text, form, "remove:measures[0]")
    assert (drafts.plain_of(emptied) or {})["measures"] == []


def test_what_a_form_cannot_show_is_shown_as_text(two):
    card, *_ = two
    page = read(visit().post(f"/health/scorecards/{card.pk}/edit/", {"text": "name: x\nmeasures: 3", "op": "form"}))

    assert 'id="text"' in page
    assert "A list is needed here." in page


def test_undoing_an_override_brings_back_the_one_it_replaced(two):
    card, fjord, _ = two
    client = visit()
    address = f"/accounts/{fjord}/health/{card.pk}/override/"
    client.post(address, {"score": "15", "reason": "They told us"}, follow=True)

    page = read(client.post(address, {"score": "40", "reason": "They told us more"}, follow=True))
    undo = re.search(r'action="(/health/overrides/\d+/bring-back/)"', page)
    assert undo is not None
    client.post(undo[1])

    assert queries.health_of(fjord)[0].score == 15


def test_refuses_what_is_no_score_or_no_day(two):
    card, fjord, _ = two
    client = visit()

    for said in ("²", "9" * 5_000, "-1", ""):
        assert client.post(f"/accounts/{fjord}/health/judge/", {"score": said}).status_code in (302, 404)
        client.post(f"/accounts/{fjord}/health/{card.pk}/override/", {"score": said, "reason": "Why"})
    client.post(f"/accounts/{fjord}/health/{card.pk}/override/", {"score": "5", "reason": "Why", "ends_on": "soon"})

    assert Override.objects.count() == 0
