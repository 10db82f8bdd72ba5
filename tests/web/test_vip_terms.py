"""The page behind a link where a customer accepts what its level is promised."""

import re

import pytest
from django.test import Client

from tenure.channels import queries as channels
from tenure.customers import queries as customers
from tenure.vips import queries
from tenure.web.pages.vips import accepting
from tenure.web.shell.limiting import Limiter
from tenure.workspaces.types import PermissionRole
from tests.segments.given import DAY, NOW, given_account
from tests.touch_models.given import THREE, given_models
from tests.vips.given import RULES, given_rules
from tests.web.visiting import read, visit


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)
    accepting.LIMIT.forget()


@pytest.fixture
def rich():
    found = given_account("rich", mrr=5000)
    given_rules(RULES.replace("  lasts_days: 365\n", "  lasts_days: 365\n  who: Whoever pays most\n"))
    return found


def offered(account_id):
    """Make a link as a member does; returns its path."""
    page = visit(PermissionRole.MEMBER).post(
        f"/vips/accounts/{account_id}/offer/", {"level": "gold", "days": "7"}, follow=True
    )
    assert "The link is made" in read(page)
    (path,) = set(re.findall(r'data-copy-text="https?://[^/"]+(/terms/[^"]+)"', read(page)))
    return path


def test_shows_the_terms_and_keeps_who_accepted_from_where(rich, at):
    path = offered(rich)
    customer = Client()

    page = customer.get(path)
    unnamed = customer.post(path, {"accepted_by": "Maya Lin, CFO"})
    at(NOW + DAY)
    done = customer.post(
        path, {"accepted_by": "Maya Lin, CFO", "agree": "1"}, follow=True, REMOTE_ADDR="203.0.113.7",
        HTTP_USER_AGENT="Firefox/200",
    )  # fmt: skip

    assert "A first answer within one hour" in read(page)
    assert "Whoever pays most" in read(page)
    assert "for 365 days from acceptance" in read(page)
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("same-origin", "noindex, nofollow")
    assert unnamed.status_code == 422
    assert 'value="Maya Lin, CFO"' in read(unnamed)
    assert "Maya Lin, CFO accepted these terms on" in read(done)
    (accepted,) = queries.acceptances_of([rich])[rich]
    assert (accepted.accepted_by, accepted.address, accepted.browser) == ("Maya Lin, CFO", "203.0.113.7", "Firefox/200")
    assert "by link" in read(visit().get(f"/accounts/{rich}/"))
    assert customer.post(path, {"accepted_by": "Again", "agree": "1"}).status_code == 409


@pytest.mark.parametrize(
    ("language", "words"), [("en", "I accept these terms"), ("zh-hans", "Rich"), ("zh-hant", "Rich")]
)
def test_speaks_the_readers_language(rich, language, words):
    page = Client().get(offered(rich), HTTP_ACCEPT_LANGUAGE=language)

    assert f'lang="{language}' in read(page).casefold()
    assert words in read(page)


def test_is_taken_back_by_a_member_and_says_so(rich):
    path = offered(rich)
    member = visit(PermissionRole.MEMBER)
    (item,) = queries.links_of(rich)

    gone = member.post(f"/vips/links/{item.id}/revoke/", follow=True)

    assert "The link is taken back" in read(gone)
    assert "This link was taken back." in read(Client().get(path))
    assert Client().post(path, {"accepted_by": "Maya", "agree": "1"}).status_code == 409
    assert queries.acceptances_of([rich]) == {}


def test_a_broken_link_leads_nowhere_and_says_what_to_do(rich):
    path = offered(rich)

    broken = Client().get(f"{path[:-3]}x/")

    assert broken.status_code == 404
    assert "ask whoever sent it for a new one" in read(broken)


def test_viewers_make_no_links(rich):
    assert visit(PermissionRole.VIEWER).post(f"/vips/accounts/{rich}/offer/", {"level": "gold"}).status_code == 403
    assert queries.links_of(rich) == []


def test_too_many_visits_from_one_address_are_asked_to_wait(rich):
    path = offered(rich)
    answers = [Client().get(path, REMOTE_ADDR="203.0.113.9").status_code for _ in range(31)]

    assert answers == [200] * 30 + [429]
    assert Client().get(path, REMOTE_ADDR="203.0.113.10").status_code == 200


def test_a_limit_counts_by_address_and_forgets_in_time():
    limit = Limiter(most=2, seconds=10)

    assert [limit.allows("a", now=t) for t in (0, 1, 2, 10, 10.5, 11)] == [True, True, False, True, False, True]
    assert limit.allows("b", now=2)


def test_is_sent_by_e_mail_from_the_page_unless_the_touch_model_says_no(rich):
    ann = customers.people_of(rich)[0].id
    member = visit(PermissionRole.MEMBER)
    member.post(f"/vips/accounts/{rich}/offer/", {"level": "gold", "days": "7", "person": ann})
    (link,) = queries.links_of(rich)
    assert f"/vips/links/{link.id}/mail/" in read(member.get(f"/accounts/{rich}/"))
    assert visit(PermissionRole.VIEWER).post(f"/vips/links/{link.id}/mail/").status_code == 403
    given_models(THREE.replace("minutes_a_week: 60", "forbidden: [email]"))

    refused = member.post(f"/vips/links/{link.id}/mail/", follow=True)
    is_mailed = queries.link(link.id).is_mailed
    given_models()
    done = member.post(f"/vips/links/{link.id}/mail/", follow=True)

    assert "says not to reach it by e-mail" in read(refused)
    assert "The link is on its way by e-mail." in read(done)
    assert (is_mailed, queries.link(link.id).is_mailed) == (False, True)
    assert f"/vips/links/{link.id}/mail/" not in read(done)
    (sent,) = channels.messages().items
    assert sent.address == "ann@rich.example"
