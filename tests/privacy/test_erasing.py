"""Erasure: nothing of the person is left anywhere, everything of everybody else is, and the ledger says who forgot."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models

from tenure.channels import actions as channels
from tenure.channels import queries as messages
from tenure.customers import queries as customers
from tenure.customers.errors import NoSuchPerson
from tenure.kernel import clock, jobs, keeping, outbox
from tenure.lake import engine, tables
from tenure.playbooks import actions as playbooks
from tenure.playbooks.types import CallOutcome
from tenure.privacy import actions, queries
from tenure.privacy.actions.erasing import ERASERS, fingerprint_of
from tenure.privacy.errors import AlreadyBeingErased, RetentionTooShort
from tenure.privacy.queries.exporting import DOMAINS
from tenure.privacy.types import ConsentSaid, Kept, SubjectKind
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries
from tests.channels.given import given_message
from tests.given import given_member
from tests.tracking.sending import NOW, group, hours, identify, send, send_raw, track

MARKS = ("maya", "Maya Lin", "maya@fjord.example", "a-visitor")


def given_use(*calls):
    send(*calls)
    jobs.run_stage("intake", NOW)
    outbox.deliver()


@pytest.fixture
def fjord(workspace, at):
    """An account with two people, of whom Maya left traces everywhere."""
    at(NOW)
    given_use(
        track("Looked", anonymousId="a-visitor", at=NOW - hours(60)),
        identify(
            userId="maya",
            anonymousId="a-visitor",
            traits={"name": "Maya Lin", "email": "maya@fjord.example"},
            at=NOW - hours(59),
        ),
        group(userId="maya", groupId="fjord", at=NOW - hours(59), traits={"name": "Fjord"}),
        identify(userId="tom", traits={"name": "Tom", "email": "tom@fjord.example"}, at=NOW - hours(50)),
        group(userId="tom", groupId="fjord", at=NOW - hours(50)),
        *[track("Exported", userId="maya", at=NOW - hours(hour)) for hour in (1, 30, 49)],
        *[track("Exported", userId="tom", at=NOW - hours(hour)) for hour in (2, 31)],
    )
    send_raw(b'{"batch": [7, "x", null, {"type": "track", "userId": "maya", "messageId": "m-1"}]}')
    send_raw(b'{"batch": [{"type": "track", "userId": "tom", "messageId": "m-2"}]}')
    jobs.run_stage("intake", NOW)
    ada = given_member()
    maya = customers.person_by_external_id("maya").pk
    account = customers.account_by_external_id("fjord").pk
    playbooks.log_call(
        account_id=account, person_id=maya, outcome=CallOutcome.REACHED, by=ada, notes="Maya Lin is moving to Oslo"
    )
    workspaces.record_audit("people.look", by=ada, subject="Maya Lin", details={"asked": ["maya@fjord.example", 7]})
    actions.record_consents(
        [ConsentSaid(person_id=maya, purpose="news", is_given=True, at=NOW, source="sign-up form", evidence="Maya Lin")]
    )
    outbox.deliver()
    return {"maya": maya, "tom": customers.person_by_external_id("tom").pk, "account": account, "ada": ada}


def everything_said():
    """Every text and JSON of every table, and of the lake: the slow obvious way to look for somebody."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("tenure."):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{model._meta.db_table}" t')
            found += [(model._meta.db_table, text) for (text,) in cursor.fetchall()]
    return found


def lake_says(workspace):
    said = []
    for table in (EVENTS, PERSON_DAY, ACCOUNT_DAY):
        said += [json.dumps(row, default=str) for row in engine.run(engine.read(workspace.pk, table)).to_pylist()]
    return said


def test_nothing_of_the_person_is_left_anywhere(workspace, fjord):
    before = [table for table, text in everything_said() if any(mark in text for mark in MARKS)]
    assert {"customers_person", "customers_identity", "playbooks_calllog", "workspaces_auditentry"} <= set(before)
    tom = [row for row in engine.run(engine.read(workspace.pk, EVENTS)).to_pylist() if row["person_id"] == fjord["tom"]]

    actions.ask_to_erase(SubjectKind.PERSON, fjord["maya"], by=fjord["ada"], reason="she asked")
    jobs.run_stage("erasures", NOW)

    assert [(table, text) for table, text in everything_said() if any(mark in text for mark in MARKS)] == []
    assert not any(mark in text for text in lake_says(workspace) for mark in MARKS)
    rows = engine.run(engine.read(workspace.pk, EVENTS)).to_pylist()
    assert sorted(map(str, rows)) == sorted(map(str, tom))
    with pytest.raises(NoSuchPerson):
        customers.person(fjord["maya"])


def test_everybody_else_stays_as_they_were(workspace, fjord):
    actions.ask_to_erase(SubjectKind.PERSON, fjord["maya"], by=fjord["ada"])
    jobs.run_stage("erasures", NOW)

    assert [person.id for person in customers.people_of(fjord["account"])] == [fjord["tom"]]
    use = tracking.usage_by_day(fjord["account"], since=(NOW - timedelta(days=4)).date(), until=NOW.date())
    assert sum(day.events for day in use) == 2
    (entry,) = [e for e in workspace_queries.audit_trail() if e.action == "people.look"]
    assert (entry.subject, entry.details) == ("(erased)", {"asked": ["(erased)", 7]})


def test_the_ledger_says_who_forgot_what_and_not_who_it_was(workspace, fjord):
    asked = actions.ask_to_erase(SubjectKind.PERSON, fjord["maya"], by=fjord["ada"], reason="she asked")
    with pytest.raises(AlreadyBeingErased):
        actions.ask_to_erase(SubjectKind.PERSON, fjord["maya"], by=fjord["ada"])
    jobs.run_stage("erasures", NOW)

    done = queries.erasure(asked.pk)
    answers = {answer.domain: answer.forgot for answer in done.answers.all()}
    assert set(answers) == set(ERASERS)
    assert answers["tracking"]["events of people"] == 6
    assert answers["tracking"]["intake log"] >= 6
    assert answers["playbooks"] == {"playbooks_calllog": 1}
    assert answers["privacy"] == {"privacy_consent": 1}
    assert answers["workspaces"] == {"names in the audit trail": 1}
    assert (done.status, done.words, done.person_ids, done.error) == ("done", [], [], "")
    assert done.fingerprint == fingerprint_of(SubjectKind.PERSON, "maya")
    assert done.fingerprint != fingerprint_of(SubjectKind.PERSON, "tom")


def test_an_interrupted_erasure_goes_on_where_it_stopped(workspace, fjord, monkeypatch):
    asked = actions.ask_to_erase(SubjectKind.PERSON, fjord["maya"], by=fjord["ada"])

    def fails(found):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setitem(ERASERS, "customers", fails)
        jobs.run_stage("erasures", NOW)
    waiting = queries.erasure(asked.pk)
    assert (waiting.status, waiting.error, waiting.attempts) == ("waiting", "OSError: the disk is full", 1)
    answered = {answer.domain for answer in waiting.answers.all()}
    assert answered == set(ERASERS) - {"customers", "workspaces"}

    jobs.run_stage("erasures", NOW)

    assert queries.erasure(asked.pk).status == "done"
    assert [text for _, text in everything_said() if "Maya Lin" in text] == []


def test_an_account_goes_with_the_people_who_are_in_no_other(workspace, fjord):
    given_use(group(userId="tom", groupId="kestrel", at=NOW - hours(1), traits={"name": "Kestrel"}))

    actions.ask_to_erase(SubjectKind.ACCOUNT, fjord["account"], by=fjord["ada"])
    jobs.run_stage("erasures", NOW)

    assert list(customers.people().values_list("external_id", flat=True)) == ["tom"]
    assert list(customers.accounts().values_list("external_id", flat=True)) == ["kestrel"]
    assert [text for _, text in everything_said() if any(mark in text for mark in MARKS)] == []


def test_what_arrives_meanwhile_of_others_is_kept(workspace, fjord):
    actions.ask_to_erase(SubjectKind.PERSON, fjord["maya"], by=fjord["ada"])
    send(track("Exported", userId="maya", at=NOW), track("Exported", userId="tom", at=NOW))
    jobs.run_stage("erasures", NOW)

    rows = engine.run(engine.read(workspace.pk, EVENTS)).to_pylist()
    assert [row["event"] for row in rows if row["ts"] == NOW and row["event"]] == ["Exported"]
    assert not any("maya" in text for _, text in everything_said())


def test_every_table_that_names_a_customer_is_reached():
    linked = [m for m in apps.get_models() if m.__module__.startswith("tenure.") and keeping.links(m)]
    assert {m._meta.app_label for m in linked} <= set(ERASERS) & set(DOMAINS)
    undeclared = [
        m.__name__
        for m in linked
        for link in keeping.links(m)
        if m._meta.app_label != "customers"
        and link.remote_field.on_delete is not models.CASCADE
        and not hasattr(m, "personal")
    ]
    assert undeclared == []
    for m in linked:
        for name in keeping.personal_columns(m):
            m._meta.get_field(name)


def test_exports_everything_about_a_person_and_nothing_about_others(workspace, fjord):
    pieces = queries.export_zip(SubjectKind.PERSON, fjord["maya"], workspace="Harbor", name="Maya Lin")

    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "Maya Lin" in files["README.txt"]
    events = [json.loads(line) for line in files["events.jsonl"].splitlines()]
    assert [event["event"] for event in events if event["event"]] == ["Looked", "Exported", "Exported", "Exported"]
    assert "moving to Oslo" in files["playbooks_calllog.jsonl"]
    people = [json.loads(line) for line in files["customers_person.jsonl"].splitlines()]
    assert {person["external_id"]: person["email"] for person in people} == {None: "", "maya": "maya@fjord.example"}
    assert json.loads(files["privacy_consent.jsonl"])["purpose"] == "news"
    assert "tom@fjord.example" not in "".join(files.values())


def test_consent_is_written_down_once_and_its_withdrawal_after_it(workspace, fjord):
    again = ConsentSaid(person_id=fjord["maya"], purpose="news", is_given=True, at=NOW + hours(1), source="form")
    no = ConsentSaid(person_id=fjord["maya"], purpose="news", is_given=False, at=NOW + hours(2), source="link")

    assert actions.record_consents([again]) == 0
    assert actions.record_consents([no, again]) == 1
    (said,) = queries.consents_of_people([fjord["maya"]]).values()
    assert [(each.purpose, each.is_given, each.source) for each in said] == [
        ("news", True, "sign-up form"),
        ("news", False, "link"),
    ]


def test_forgets_what_is_older_than_it_may_be_and_keeps_what_was_counted(workspace, fjord):
    actions.set_retention(Kept.EVENTS, 100, by=fjord["ada"])
    actions.set_retention(Kept.CALLS, 30, by=fjord["ada"])
    counted = len(engine.run(engine.read(workspace.pk, PERSON_DAY)).to_pylist())

    jobs.run_stage("retention", NOW + timedelta(days=29))
    assert "moving to Oslo" in str(everything_said())

    jobs.run_stage("retention", NOW + timedelta(days=120))
    jobs.run_stage("announcements_swept", clock.now() + timedelta(days=30))

    assert tables.count_rows(workspace.pk, EVENTS) == 0
    assert len(engine.run(engine.read(workspace.pk, PERSON_DAY)).to_pylist()) == counted
    assert "moving to Oslo" not in str(everything_said())

    given_use(track("Exported", userId="tom", at=NOW - hours(3)))
    assert len(engine.run(engine.read(workspace.pk, PERSON_DAY)).to_pylist()) == counted
    with pytest.raises(RetentionTooShort):
        actions.set_retention(Kept.EVENTS, 30, by=fjord["ada"])


def test_old_messages_are_emptied_and_still_count(workspace, fjord):
    pk = given_message(person_id=fjord["maya"], account_id=fjord["account"])
    channels.send_waiting(NOW)
    sent = messages.message(pk)
    assert (sent.row.status, bool(sent.html)) == ("sent", True)

    assert channels.forget_messages_before(NOW) == 0
    assert channels.forget_messages_before(NOW + hours(1)) == 1

    emptied = messages.message(pk)
    assert (emptied.row, emptied.html, emptied.text) == (sent.row, "", "")
