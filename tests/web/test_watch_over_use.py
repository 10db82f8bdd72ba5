"""The page on which a workspace chooses how use is watched."""

from datetime import timedelta
from typing import Any

import pytest

from tenure.activity import actions, queries
from tenure.activity.types import Choices
from tenure.workspaces.types import PermissionRole
from tests.activity.given import AS_OF, NIGHT, given_accounts, given_use, people_of, stopped
from tests.web.visiting import read, read_csv, visit

STEADY = [f"steady-{n}" for n in range(24)]


@pytest.fixture(autouse=True)
def night(at: Any, workspace: Any) -> None:
    at(NIGHT)


def test_saves_what_was_chosen() -> None:
    browser = visit()
    assert "10" in read(browser.get("/settings/use/"))

    answer = browser.post("/settings/use/", {"false_percent": "5", "key_events": "Shared\n\nExported\n"})

    assert answer.status_code == 302
    assert queries.choices() == Choices(false_share=0.05, key_events=("Shared", "Exported"))
    page = read(browser.get("/settings/use/"))
    assert "Shared" in page
    assert "false_signals: 5%" in page


def test_takes_the_text_and_says_the_line_that_is_wrong() -> None:
    browser = visit()

    wrong = browser.post("/settings/use/", {"text": "false_signals: 5%\nkey_event: [a]"})

    assert wrong.status_code == 422
    assert "Line 2" in read(wrong)
    assert queries.choices() == Choices(false_share=0.10)
    assert browser.post("/settings/use/", {"text": "false_signals: 20%\nkey_events: [Shared]"}).status_code == 302
    assert queries.choices() == Choices(false_share=0.2, key_events=("Shared",))
    assert browser.get("/settings/use/use.yaml").content.decode() == "false_signals: 20%\nkey_events:\n- Shared\n"


def test_only_admins_choose() -> None:
    browser = visit(role=PermissionRole.MEMBER)

    assert browser.post("/settings/use/", {"false_percent": "5"}).status_code == 403
    assert queries.choices() == Choices(false_share=0.10)


def test_shows_and_exports_what_would_have_been_raised() -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(AS_OF - timedelta(days=20), 6)})
    browser = visit()

    page = read(browser.get("/settings/use/?past=1"))
    rows = read_csv(browser.get("/settings/use/past.csv"))

    assert "1 signal in 91 days" in page
    assert f"/accounts/{accounts['fjord'].pk}/" in page
    assert [row[:2] for row in rows[1:]] == [[str(accounts["fjord"].pk), "Fjord"]]


def test_says_when_nothing_would_have_been_raised() -> None:
    assert "It would have raised nothing" in read(visit().get("/settings/use/?past=1"))


def test_an_account_shows_who_and_what_faded_while_it_declines() -> None:
    accounts = given_accounts(["fjord", *STEADY])
    given_use(accounts, {"fjord": stopped(AS_OF - timedelta(days=13), 4)})
    actions.judge_use(AS_OF)
    browser = visit()

    page = read(browser.get(f"/accounts/{accounts['fjord'].pk}/"))

    part = page[page.index("Who and what faded") :]
    assert "Not seen any more:" in part
    for pk in people_of(accounts["fjord"])[:4]:
        assert f"/people/{pk}/" in part
    assert "% of usual" in part
    assert "Who and what faded" not in read(browser.get(f"/accounts/{accounts['steady-0'].pk}/"))
