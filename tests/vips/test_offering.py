"""Customers accepting what their level is promised, by a link: once, in time, unless it was taken back."""

from datetime import timedelta

import pytest

from tenure.channels import queries as channels
from tenure.customers import actions as telling
from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.vips import actions, queries
from tenure.vips.announcements import VipTermsAccepted
from tenure.vips.errors import (
    AcceptanceIncomplete,
    AcceptanceLinkOver,
    NobodyToMailTo,
    NoSuchAcceptanceLink,
    NoSuchVipLevel,
    NoVipRules,
)
from tenure.vips.models import AcceptanceLink
from tenure.vips.types import LinkStatus
from tenure.workspaces.queries import audit_trail
from tests.given import given_member, given_workspace
from tests.segments.given import DAY, NOW, given_account
from tests.vips.given import RULES, given_rules


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def rich():
    found = given_account("rich", mrr=5000)
    given_rules(RULES.replace("  lasts_days: 365\n", "  lasts_days: 365\n  who: Whoever pays most\n"))
    return found


def token_of(link):
    return queries.link_url(link).rstrip("/").rpartition("/")[2]


def test_offers_the_terms_as_they_were_when_the_link_was_made(rich):
    link = actions.offer_terms(rich, "gold", by=given_member(), days=7)
    given_rules(RULES.replace("within one hour", "within one day"))

    offer = queries.offer_of(token_of(link))

    assert (offer.account_name, offer.level_name, offer.who) == ("Rich", "Gold", "Whoever pays most")
    assert (offer.includes, offer.lasts_days) == (("A first answer within one hour",), 365)
    assert (offer.status, offer.expires_at) == (LinkStatus.OPEN, NOW + 7 * DAY)


def test_is_accepted_once_with_who_when_and_from_where(rich, at, heard):
    link = actions.offer_terms(rich, "gold", by=given_member())
    at(NOW + DAY)

    made = actions.accept_by_link(
        token_of(link), accepted_by=" Maya Lin, CFO ", address="203.0.113.7", browser="Firefox", language="zh-hant"
    )
    with pytest.raises(AcceptanceLinkOver):
        actions.accept_by_link(token_of(link), accepted_by="Somebody else")

    (accepted,) = queries.acceptances_of([rich])[rich]
    assert accepted.id == made.pk
    assert (accepted.accepted_by, accepted.recorded_at, accepted.accepted_on) == (
        "Maya Lin, CFO",
        NOW + DAY,
        (NOW + DAY).date(),
    )
    assert (accepted.by_link, accepted.address, accepted.browser) == (True, "203.0.113.7", "Firefox")
    assert (accepted.language, accepted.recorded_by, accepted.is_current) == ("zh-hant", "", True)
    assert [(e.account_id, e.level, e.recorded_by_id) for e in heard if isinstance(e, VipTermsAccepted)] == [
        (rich, "gold", None)
    ]
    assert queries.offer_of(token_of(link)).accepted_by == "Maya Lin, CFO"
    assert queries.links_of(rich) == []
    actions_told = [e.action for e in audit_trail()]
    assert actions_told.count("vips.accept_by_link") == 1
    assert actions_told.count("vips.offer_link") == 1


@pytest.mark.parametrize(("said", "kept"), [("", ""), ("unix:/run/web", ""), ("2001:DB8::7", "2001:db8::7")])
def test_keeps_only_what_is_a_network_address(rich, said, kept):
    link = actions.offer_terms(rich, "gold", by=given_member())

    actions.accept_by_link(token_of(link), accepted_by="Maya", address=said)

    assert [a.address for a in queries.acceptances_of([rich])[rich]] == [kept]


def test_runs_out(rich, at):
    link = actions.offer_terms(rich, "gold", by=given_member(), days=2)
    at(NOW + 2 * DAY)

    with pytest.raises(AcceptanceLinkOver):
        actions.accept_by_link(token_of(link), accepted_by="Maya")

    assert queries.offer_of(token_of(link)).status is LinkStatus.EXPIRED
    assert queries.acceptances_of([rich]) == {}


def test_is_taken_back(rich):
    ada = given_member()
    link = actions.offer_terms(rich, "gold", by=ada)
    actions.open_link(token_of(link))
    assert [item.opened_at for item in queries.links_of(rich)] == [NOW]

    actions.revoke_link(link.pk, by=ada)

    assert queries.links_of(rich) == []
    with pytest.raises(AcceptanceLinkOver):
        actions.accept_by_link(token_of(link), accepted_by="Maya")
    assert queries.offer_of(token_of(link)).status is LinkStatus.REVOKED


def test_one_that_was_used_is_not_taken_back(rich):
    ada = given_member()
    link = actions.offer_terms(rich, "gold", by=ada)
    actions.accept_by_link(token_of(link), accepted_by="Maya")

    with pytest.raises(AcceptanceLinkOver):
        actions.revoke_link(link.pk, by=ada)


def test_needs_a_name(rich):
    link = actions.offer_terms(rich, "gold", by=given_member())

    with pytest.raises(AcceptanceIncomplete):
        actions.accept_by_link(token_of(link), accepted_by=" \u200b ")

    assert queries.offer_of(token_of(link)).status is LinkStatus.OPEN


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: f"9{t}", lambda t: "", lambda t: "1-2-3"])
def test_no_other_token_opens_it(rich, change):
    token = token_of(actions.offer_terms(rich, "gold", by=given_member()))

    with pytest.raises(NoSuchAcceptanceLink):
        queries.offer_of(change(token))
    with pytest.raises(NoSuchAcceptanceLink):
        actions.accept_by_link(change(token), accepted_by="Maya")


def test_is_of_its_own_workspace_whoever_looks(rich):
    link = actions.offer_terms(rich, "gold", by=given_member())
    elsewhere = given_workspace("Elsewhere")

    with tenancy.scope(elsewhere.pk):
        actions.accept_by_link(token_of(link), accepted_by="Maya")
        assert queries.acceptances_of([rich]) == {}

    assert [a.accepted_by for a in queries.acceptances_of([rich])[rich]] == ["Maya"]


def test_is_made_only_for_a_level_with_terms_and_for_people_of_the_account(rich):
    ada = given_member()
    ann = customers.people_of(rich)[0].id
    stranger = customers.people_of(given_account("other"))[0].id

    with pytest.raises(NoSuchVipLevel):
        actions.offer_terms(rich, "platinum", by=ada)
    link = actions.offer_terms(rich, "gold", by=ada, person_id=stranger, days=9_999)

    assert link.person_id is None
    assert actions.offer_terms(rich, "gold", by=ada, person_id=ann).person_id == ann
    assert link.expires_at == NOW + timedelta(days=90)
    assert AcceptanceLink.objects.count() == 2


def test_says_that_there_are_no_rules_yet():
    fjord = given_account("fjord")

    with pytest.raises(NoVipRules):
        actions.offer_terms(fjord, "gold", by=given_member())


def test_is_mailed_once_to_whom_it_is_meant_for(rich):
    ada = given_member()
    ann = customers.people_of(rich)[0].id
    link = actions.offer_terms(rich, "gold", by=ada, days=7, person_id=ann)

    first = actions.mail_link(link.pk, by=ada)
    again = actions.mail_link(link.pk, by=ada)

    assert again == first
    sent = channels.message(first)
    assert (sent.row.address, sent.row.account_id, sent.row.topic) == ("ann@rich.example", rich, "")
    assert sent.row.subject == "Harbor: what we promise Rich"
    assert queries.link_url(link) in sent.text
    assert "– A first answer within one hour" in sent.text
    assert "March 17, 2026" in sent.text
    (item,) = queries.links_of(rich)
    assert (item.person_name, item.can_be_mailed, item.is_mailed) == ("Ann of rich", True, True)
    assert audit_trail().filter(action="vips.mail_link").count() == 1


@pytest.mark.parametrize(
    ("locale", "words"), [("zh-TW", "2026年3月24日"), ("fr", "March 24, 2026"), ("zh_Hans_CN", "2026年3月24日")]
)
def test_is_mailed_in_a_language_the_reader_has_said(rich, locale, words):
    ann = customers.people_of(rich)[0].id
    telling.set_traits_of_people({ann: {"locale": locale}}, source="test")
    link = actions.offer_terms(rich, "gold", by=given_member(), person_id=ann)

    sent = channels.message(actions.mail_link(link.pk, by=given_member("Mei")))

    assert words in sent.text


def test_is_not_mailed_to_nobody_nor_when_it_is_over(rich, at):
    ada = given_member()
    ann = customers.people_of(rich)[0].id
    telling.set_traits_of_people({ann: {"email": None}}, source="test")
    for of in (None, ann):
        with pytest.raises(NobodyToMailTo):
            actions.mail_link(actions.offer_terms(rich, "gold", by=ada, person_id=of).pk, by=ada)
    over = actions.offer_terms(rich, "gold", by=ada, days=1)
    at(NOW + 2 * DAY)
    with pytest.raises(AcceptanceLinkOver):
        actions.mail_link(over.pk, by=ada)
    with pytest.raises(NoSuchAcceptanceLink):
        actions.mail_link(over.pk + 99, by=ada)

    assert [item.is_mailed for item in queries.links_of(rich)] == [False] * 3
