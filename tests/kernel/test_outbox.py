from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from tenure.kernel import outbox, tenancy
from tenure.kernel.models import OutboxEntry

T0 = datetime(2026, 3, 4, 12, tzinfo=UTC)


@outbox.announcement
class BellRang:
    """A bell rang at an account (only tests say this)."""

    workspace_id: int
    at: datetime
    account_id: int
    note: str = ""


@pytest.fixture(autouse=True)
def _only_ours_listen(monkeypatch):
    """These bells ring at accounts that do not exist: nobody else may write about them."""
    monkeypatch.setattr(outbox, "_customer_subscribers", [])


@pytest.fixture
def ear(db):
    heard: list[BellRang] = []

    def listener(batch):
        assert tenancy.current_workspace_id() == batch[0].workspace_id
        if any(b.note == "poison" for b in batch):
            raise RuntimeError("cannot hear this")
        heard.extend(batch)

    outbox.subscribe(BellRang, listener)
    yield heard
    outbox._subscribers[BellRang].remove(listener)


def rang(note="", workspace_id=1):
    return BellRang(workspace_id=workspace_id, at=T0, account_id=5, note=note)


def test_delivers_in_order_and_once(ear):
    outbox.announce_all([rang("a"), rang("b"), rang("c", workspace_id=2)])

    assert outbox.deliver() == 3
    assert [b.note for b in ear] == ["a", "b", "c"]
    assert ear[0] == rang("a")
    assert outbox.deliver() == 0


def test_says_nothing_when_the_change_is_rolled_back(ear):
    with transaction.atomic():
        outbox.announce(rang())
        transaction.set_rollback(True)

    assert outbox.deliver() == 0
    assert ear == []


def test_parks_what_cannot_be_heard_and_goes_on(ear):
    outbox.announce_all([rang("before"), rang("poison"), rang("after"), rang("elsewhere", workspace_id=2)])

    outbox.deliver()
    assert [b.note for b in ear] == ["before", "elsewhere"]
    for _ in range(outbox.ATTEMPTS_BEFORE_PARKING):
        outbox.deliver()

    assert [b.note for b in ear] == ["before", "elsewhere", "after"]
    parked = OutboxEntry.objects.get(parked=True)
    assert parked.payload["note"] == "poison"
    assert parked.error == "RuntimeError: cannot hear this"


@outbox.announcement
class BellBroke:
    """A bell at an account broke (only tests say this)."""

    workspace_id: int
    at: datetime
    account_id: int | None


def test_tells_one_kind_together_without_changing_any_customers_order(db):
    told: list[list[str]] = []

    def listen(batch):
        told.append([f"{type(b).__name__} {b.account_id}" for b in batch])

    for kind in (BellRang, BellBroke):
        outbox.subscribe(kind, listen)

    def rang_at(account_id):
        return BellRang(workspace_id=1, at=T0, account_id=account_id)

    def broke_at(account_id):
        return BellBroke(workspace_id=1, at=T0, account_id=account_id)

    outbox.announce_all(
        [rang_at(1), broke_at(1), rang_at(2), broke_at(2), rang_at(1), broke_at(None), broke_at(3), rang_at(3)]
    )
    outbox.deliver()

    for kind in (BellRang, BellBroke):
        outbox._subscribers[kind].remove(listen)
    assert told == [
        ["BellRang 1", "BellRang 2"],
        ["BellBroke 1", "BellBroke 2"],
        ["BellRang 1"],
        ["BellBroke None", "BellBroke 3"],
        ["BellRang 3"],
    ]


def test_what_fails_takes_nothing_else_with_it_and_repeats_nothing(ear):
    def echo(batch):
        outbox.announce_all([rang("echo") for _ in batch])

    outbox.subscribe(BellBroke, echo)
    outbox.announce_all([BellBroke(workspace_id=1, at=T0, account_id=5), rang("poison")])

    delivered = outbox.deliver()

    outbox._subscribers[BellBroke].remove(echo)
    assert delivered == 1
    assert list(OutboxEntry.objects.order_by("id").values_list("kind", "payload__note", "attempts")) == [
        ("BellBroke", None, 0),
        ("BellRang", "poison", 1),
        ("BellRang", "echo", 0),
    ]
    assert ear == []


def test_one_that_names_somebody_deleted_does_not_hold_up_the_others(ear, monkeypatch):
    monkeypatch.setattr(outbox, "ATTEMPTS_BEFORE_PARKING", 1)

    def write_about(batch):
        for said in batch:
            if said.note == "of a deleted workspace":
                with connection.cursor() as cursor:
                    cursor.execute(
                        "INSERT INTO workspaces_auditentry (workspace_id, at, actor, action, subject, details)"
                        " VALUES (%s, %s, '', '', '', '{}')",
                        [said.workspace_id, said.at],
                    )

    outbox.subscribe(BellRang, write_about)
    outbox.announce_all([rang("before"), rang("of a deleted workspace", workspace_id=404), rang("after")])

    delivered = outbox.deliver()

    outbox._subscribers[BellRang].remove(write_about)
    assert delivered == 2
    assert [b.note for b in ear if b.workspace_id == 1] == ["before", "after"]
    assert OutboxEntry.objects.get(parked=True).payload["note"] == "of a deleted workspace"


def test_forgets_what_was_to_be_told_of_a_deleted_workspace(ear):
    outbox.announce_all([rang("here"), rang("gone", workspace_id=2)])

    outbox.forget_workspace(2)
    outbox.deliver()

    assert [b.note for b in ear] == ["here"]
