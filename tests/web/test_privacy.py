"""Privacy on the pages: retention, the ledger, export and erasure of somebody, and consents."""

import io
import re
import zipfile

import pytest

from tenure.channels import actions as channels
from tenure.channels import queries as messages
from tenure.customers import queries as customers
from tenure.kernel import jobs
from tenure.privacy import queries
from tenure.privacy.actions.erasing import ERASERS
from tenure.privacy.types import Kept, SubjectKind
from tenure.web.pages.privacy.words import domain_name
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole
from tests.tracking.sending import NOW, group, hours, identify, track
from tests.web.test_accounts import given_use
from tests.web.visiting import owner, read, read_csv, visit

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def fjord(workspace, at):
    at(NOW)
    given_use(
        identify(userId="maya", traits={"name": f"Maya {SCRIPT}", "email": "Maya@fjord.example"}, at=NOW - hours(90)),
        group(userId="maya", groupId="fjord", at=NOW - hours(90), traits={"name": "Fjord"}),
        identify(userId="tom", traits={"name": "Tom"}, at=NOW - hours(80)),
        group(userId="tom", groupId="fjord", at=NOW - hours(80)),
        *[track("Exported", userId="maya", at=NOW - hours(hour)) for hour in (1, 30)],
    )
    return {
        "maya": customers.person_by_external_id("maya").pk,
        "tom": customers.person_by_external_id("tom").pk,
        "account": customers.account_by_external_id("fjord").pk,
    }


def whole(answer):
    from asgiref.sync import async_to_sync

    async def collected():
        return b"".join([portion async for portion in answer.streaming_content])

    return async_to_sync(collected)() if answer.is_async else b"".join(answer.streaming_content)


def last_written():
    entry = workspaces.audit_trail().order_by("-pk")[0]
    return entry.action, entry.subject, entry.details


def test_explains_every_kind_and_keeps_all_for_ever_at_first(workspace):
    page = read(visit().get("/settings/privacy/"))

    assert len(re.findall(r'placeholder="for ever"', page)) == len(Kept)
    assert "That a call took place stays." in page
    assert "Nobody was erased yet" in page
    assert "Was somebody erased?" not in page


def test_retention_is_saved_applied_and_said(workspace, at):
    at(NOW)
    browser = visit()

    answer = browser.post("/settings/privacy/retention/", {"events": "400", "calls": "30"}, follow=True)
    assert "Saved." in read(answer)
    assert "not yet" in read(answer)
    kept = {rule.kind: rule.days for rule in queries.retention() if rule.days}
    assert kept == {Kept.EVENTS: 400, Kept.CALLS: 30}
    assert last_written() == ("privacy.retention", "calls", {"days": 30})
    jobs.run_stage("retention", NOW)
    page = read(browser.get("/settings/privacy/"))
    assert "not yet" not in page
    assert "0 rows went" in page

    browser.post("/settings/privacy/retention/", {"events": "", "calls": "30"})
    assert [rule.days for rule in queries.retention() if rule.days] == [30]
    trail = workspaces.audit_trail().count()
    assert "Nothing was different." in read(browser.post("/settings/privacy/retention/", {"calls": "30"}, follow=True))
    assert workspaces.audit_trail().count() == trail


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"events": "30"}, "At least 100 days. Signals and charts are judged against that much of the past."),
        ({"calls": "0"}, "At least 1 day."),
        ({"calls": "99999"}, "At most 36500 days"),
        ({"audit": "soon"}, "A whole number of days"),
    ],
)
def test_a_wrong_retention_is_said_and_changes_nothing(workspace, given, said):
    answer = visit().post("/settings/privacy/retention/", {"messages": "50", **given})

    assert answer.status_code == 422
    assert said in read(answer)
    assert 'value="50"' in read(answer)
    assert [rule for rule in queries.retention() if rule.days] == []


@pytest.mark.parametrize("role", [PermissionRole.VIEWER, PermissionRole.MEMBER])
def test_lesser_roles_look_and_change_nothing(fjord, role):
    browser = visit(role)

    assert 'name="events"' not in read(browser.get("/settings/privacy/"))
    assert browser.post("/settings/privacy/retention/", {"events": "400"}).status_code == 403
    for kind, pk in (("people", fjord["maya"]), ("accounts", fjord["account"])):
        assert "Erase…" not in read(browser.get(f"/{kind}/{pk}/"))
        assert browser.get(f"/{kind}/{pk}/erase/").status_code == 403
        assert browser.post(f"/{kind}/{pk}/erase/", {"typed": "maya"}).status_code == 403
        assert browser.post(f"/{kind}/{pk}/export/").status_code == 403
    assert queries.erasures().count() == 0
    assert browser.post(f"/people/{fjord['maya']}/consents/", {}).status_code == (
        403 if role == PermissionRole.VIEWER else 422
    )


def test_everything_is_exported_and_written_down(fjord):
    browser = visit(PermissionRole.ADMIN)
    assert "Export everything" in read(browser.get(f"/people/{fjord['maya']}/"))

    answer = browser.post(f"/people/{fjord['maya']}/export/")

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    assert re.fullmatch(rf'attachment; filename="person-{fjord["maya"]}-[\d-]+\.zip"', answer["Content-Disposition"])
    with zipfile.ZipFile(io.BytesIO(whole(answer))) as archive:
        assert "Maya@fjord.example" in archive.read("customers_person.jsonl").decode()
    assert last_written() == ("privacy.export", f"Maya {SCRIPT}", {"kind": "person"})
    assert browser.get(f"/people/{fjord['maya']}/export/").status_code == 405
    with zipfile.ZipFile(io.BytesIO(whole(browser.post(f"/accounts/{fjord['account']}/export/")))) as archive:
        assert "Fjord" in archive.read("customers_account.jsonl").decode()


def test_a_person_is_erased_by_typing_their_name(fjord):
    browser = visit()
    page = read(browser.get(f"/people/{fjord['maya']}/erase/"))
    assert SCRIPT not in page
    assert "Keep them" in page
    refused = browser.post(f"/people/{fjord['maya']}/erase/", {"typed": "Tom", "reason": "They asked"})
    assert refused.status_code == 422
    assert "This is not the name or id" in read(refused)
    assert 'value="They asked"' in read(refused)
    assert queries.erasures().count() == 0

    answer = browser.post(
        f"/people/{fjord['maya']}/erase/", {"typed": " MAYA ", "reason": "maya asked by mail"}, follow=True
    )

    (asked,) = queries.erasures()
    assert answer.redirect_chain[-1][0] == f"/settings/privacy/erasures/{asked.pk}/"
    assert f"0 of {len(ERASERS)}" in read(answer)
    assert 'hx-trigger="every 2s"' in read(answer)
    assert "This person is being erased" in read(browser.get(f"/people/{fjord['maya']}/"))
    assert browser.get(f"/people/{fjord['maya']}/erase/")["Location"] == f"/settings/privacy/erasures/{asked.pk}/"

    jobs.run_stage("erasures", NOW)

    told = read(browser.get(f"/settings/privacy/erasures/{asked.pk}/progress/"))
    assert "Everything is forgotten" in told
    assert "hx-trigger" not in told
    assert "(erased) asked by mail" in read(browser.get(f"/settings/privacy/erasures/{asked.pk}/"))
    gone = browser.get(f"/people/{fjord['maya']}/")
    assert gone.status_code == 404
    assert "It may have been erased or removed" in read(gone)
    assert customers.person(fjord["tom"]).name == "Tom"


def test_every_part_that_forgets_is_called_by_a_name_of_the_pages():
    assert [domain for domain in ERASERS if domain_name(domain) == domain] == []


def test_an_erasure_that_fails_says_so(fjord, monkeypatch):
    browser = visit()
    browser.post(f"/accounts/{fjord['account']}/erase/", {"typed": "fjord"})

    def fails(found):
        raise OSError("the disk is full")

    monkeypatch.setitem(ERASERS, "customers", fails)
    jobs.run_stage("erasures", NOW)

    assert "failed, is tried again" in read(browser.get("/settings/privacy/"))
    page = read(browser.get(f"/settings/privacy/erasures/{queries.erasures()[0].pk}/"))
    assert "OSError: the disk is full" in page
    assert "It failed 1 time" in page
    assert "This account is being erased" in read(browser.get(f"/accounts/{fjord['account']}/"))


def test_whoever_knows_an_id_learns_whether_it_was_erased(fjord):
    browser = visit()
    browser.post(f"/accounts/{fjord['account']}/erase/", {"typed": "Fjord", "reason": "The contract ended"})
    jobs.run_stage("erasures", NOW)
    look = "/settings/privacy/was-erased/"

    for kind, known_as in (
        ("account", "fjord"), ("person", "maya"), ("person", "tom"), ("person", "maya@FJORD.example")
    ):  # fmt: skip
        assert "Yes. The fingerprint" in read(browser.post(look, {"kind": kind, "known_as": known_as})), known_as
    for kind, known_as in (("person", "fjord"), ("account", "maya"), ("person", "ada"), ("person", "\x00")):
        assert "Yes. The" not in read(browser.post(look, {"kind": kind, "known_as": known_as})), known_as
    assert browser.post(look, {"kind": "person", "known_as": ""}).status_code == 422
    assert list(queries.erasures_of(SubjectKind.PERSON, "")) == []


def test_the_ledger_is_exported(fjord):
    browser = visit()
    browser.post(f"/people/{fjord['tom']}/erase/", {"typed": "tom", "reason": "=they asked"})
    jobs.run_stage("erasures", NOW)

    rows = read_csv(browser.get("/settings/privacy/erasures.csv"))

    entry = dict(zip(rows[0], rows[1], strict=True))
    assert (entry["kind"], entry["status"], entry["reason"]) == ("person", "done", "'=they asked")
    assert entry["asked_by"] == owner().name
    assert "customers_person 1" in entry["forgot"]
    assert browser.get("/settings/privacy/erasures/999999/").status_code == 404


def test_a_consent_is_written_down_and_its_withdrawal_unsubscribes(fjord):
    topic = channels.define_topic("Product news", key="news").key
    browser = visit(PermissionRole.MEMBER)
    address, page = f"/people/{fjord['maya']}/consents/", f"/people/{fjord['maya']}/"
    assert "Nothing is known of what they agreed to." in read(browser.get(page))
    said = {"purpose": topic, "answer": "yes", "source": "on the phone", "evidence": SCRIPT}
    said["day"] = (NOW - hours(48)).date().isoformat()

    assert "The consent is written down." in read(browser.post(address, said, follow=True))
    shown = read(browser.get(page))
    assert "on the phone" in shown
    assert SCRIPT not in shown
    assert list(messages.unsubscribes_of(fjord["maya"])) == []

    browser.post(address, {**said, "answer": "no", "day": NOW.date().isoformat(), "source": "by letter"})

    assert [each.topic for each in messages.unsubscribes_of(fjord["maya"])] == ["news"]
    consents = queries.consents_of_people([fjord["maya"]])[fjord["maya"]]
    assert [(each.is_given, each.source) for each in consents] == [(True, "on the phone"), (False, "by letter")]
    assert "What they said before" in read(browser.get(page))
    again = browser.post(address, {**said, "answer": "no", "day": NOW.date().isoformat()}, follow=True)
    assert "They had said so already" in read(again)
    tomorrow = browser.post(address, {**said, "day": (NOW + hours(48)).date().isoformat()})
    assert tomorrow.status_code == 422
    assert "This day is still to come." in read(tomorrow)
