"""Who is a VIP and why, what is promised, and what was accepted."""

import dataclasses
from datetime import timedelta

import pytest

from tenure.connectors.company_facts import actions as company_facts
from tenure.connectors.company_facts.types import CompanyRow
from tenure.customers import actions as customers
from tenure.customers import queries as accounts
from tenure.kernel import clock, jobs
from tenure.segments.types.conditions import AnyOf, People, Trait, TraitOperator
from tenure.vips import actions, queries
from tenure.vips.announcements import VipReasonFound, VipReasonGone, VipTermsAccepted
from tenure.vips.errors import (
    AcceptanceIncomplete,
    NoSuchAcceptance,
    NoSuchVipLevel,
    NoSuchVipVersion,
    VipRulesChangedMeanwhile,
    VipRulesWrong,
)
from tenure.vips.models import VipReason
from tenure.vips.rules.starting import usual_definition
from tenure.vips.types import Reason
from tenure.workspaces import queries as workspaces
from tests.given import given_member
from tests.locking import takes_its_turn_first
from tests.segments.given import DAY, NOW, given_account, given_segment, store_and_tell
from tests.tracking.sending import group, identify, send
from tests.vips.given import RULES, given_rules


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def reasons(account_id):
    vip = queries.vip_of(account_id)
    return {p.reason: dict(p.evidence) for p in vip.proofs} if vip else {}


def sweep():
    return actions.sweep(now=clock.now())


def test_a_segment_that_asks_whether_it_is_a_vip_is_refused_by_its_name():
    own = given_segment("Our VIPs", kind="trait", name="vip", operator="is_set")
    plain = queries.json_form(queries.read_text(RULES))
    plain["reasons"][0]["when"] = {"kind": "in_segment", "segment_id": own.pk}

    with pytest.raises(VipRulesWrong) as refused:
        queries.read_json_form(plain)

    assert [(p.path, p.params) for p in refused.value.problems] == [("reasons[0].when", {"segment": "Our VIPs"})]


def test_an_influential_person_makes_a_vip_and_is_the_proof():
    quiet, loud = given_account("quiet"), given_account("loud")
    followers = {"quiet-ann": 900, "loud-ann": 250_000}
    send(*(identify(userId=who, traits={"social_followers": n}, at=NOW) for who, n in followers.items()))
    store_and_tell()

    actions.change_rules(usual_definition(), by=None)

    assert reasons(quiet) == {}
    assert reasons(loud) == {"brand": {"social_followers": 250_000, "person_id": accounts.people_of(loud)[0].id}}


def at_home(account, who, *, also_at="", **traits):
    """Have a person be known, with traits, at an account or two."""
    calls = [group(userId=who, groupId=each, traits={}, at=NOW) for each in (account, also_at) if each]
    send(identify(userId=who, traits={"name": who, **traits}, at=NOW), *calls)
    store_and_tell()
    return accounts.person_by_external_id(who).pk


def asking_of_people(condition, *, evidence, roles=()):
    reason = Reason(
        key="board", name="Board", level="gold", when=People(condition=condition, roles=roles), evidence=evidence
    )
    return dataclasses.replace(usual_definition(), reasons=(reason,))


def test_the_proof_is_somebody_of_whom_the_condition_holds():
    fjord, kestrel = given_account("fjord"), given_account("kestrel")
    at_home("fjord", "intern", seniority="Intern", followers=900)
    chief = at_home("fjord", "chief", also_at="kestrel", seniority="C-level", followers=300)
    asked = Trait(name="seniority", operator=TraitOperator.IS, value="C-level")

    actions.change_rules(asking_of_people(asked, evidence=("seniority", "followers")), by=None)

    proof = {"board": {"seniority": "C-level", "person_id": chief}}
    assert reasons(fjord) == reasons(kestrel) == proof


def test_of_several_the_proof_is_all_of_one_person():
    fjord = given_account("fjord")
    at_home("fjord", "one", followers=900, budget=10)
    more = at_home("fjord", "other", followers=950)
    at_home("fjord", "third", followers=300, budget=99)
    some = AnyOf(conditions=tuple(Trait(name=n, operator=TraitOperator.IS_SET) for n in ("followers", "budget")))

    actions.change_rules(asking_of_people(some, evidence=("followers", "budget")), by=None)

    assert reasons(fjord) == {"board": {"followers": 950, "person_id": more}}


def test_the_proof_has_the_role_that_is_asked_for():
    fjord = given_account("fjord")
    at_home("fjord", "star", followers=9_000)
    buyer = at_home("fjord", "buyer", followers=700)
    customers.set_role(buyer, fjord, "buyer", by=given_member())
    many = Trait(name="followers", operator=TraitOperator.MORE_THAN, value=500)

    actions.change_rules(asking_of_people(many, evidence=("followers",), roles=("buyer",)), by=None)

    assert reasons(fjord) == {"board": {"followers": 700, "person_id": buyer}}


def test_finds_the_three_reasons_with_their_proof(heard):
    rich = given_account("rich", plan="Enterprise", mrr=5000)
    known = given_account("known", domain="known.example", brand_list="Top 500")
    followed = given_account("followed", social_followers=250_000)
    funded = given_account("funded", domain="funded.example", funding_total_usd=3_200_000, funding_last_round="A")
    nobody = given_account("nobody", mrr=2000, funding_total_usd=499_999, social_followers=100_000)

    given_rules()

    assert reasons(rich) == {"value": {"plan": "Enterprise", "mrr": 5000}}
    assert reasons(known) == {"brand": {"brand_list": "Top 500"}}
    assert reasons(followed) == {"brand": {"social_followers": 250_000}}
    assert reasons(funded) == {"funding": {"funding_total_usd": 3_200_000, "funding_last_round": "A"}}
    assert queries.vip_of(nobody) is None
    assert queries.levels_of([rich, known, nobody]) == {rich: "gold", known: "silver"}
    assert accounts.account(rich).traits["vip"] == "gold"
    assert "vip" not in accounts.account(nobody).traits
    assert [a for a in heard if isinstance(a, VipReasonFound)] == []  # they were there before


@pytest.mark.parametrize("domain", ["gmail.com", "qq.com", ""])
def test_funding_never_matches_free_mail(domain):
    account = given_account("startup", domain=domain, funding_total_usd=9_000_000)
    company_facts.learn(
        [CompanyRow(domain="startup.example", facts={"funding_total_usd": 9_000_000})], source="list", now=NOW
    )

    given_rules()

    assert queries.vip_of(account) is None


def test_facts_about_a_company_make_its_account_a_vip(heard):
    account = given_account("startup", domain="startup.example")
    given_rules()
    heard.clear()

    company_facts.learn(
        [CompanyRow(domain="startup.example", facts={"funding_total_usd": 500_000})], source="list", now=NOW
    )
    jobs.run_stage("vips", clock.now() + timedelta(hours=1))

    assert reasons(account) == {"funding": {"funding_total_usd": 500_000}}
    (found,) = [a for a in heard if isinstance(a, VipReasonFound)]
    assert (found.account_id, found.reason_name, found.level_name) == (account, "Funded", "Silver")
    why = queries.vip_of(account).proofs[0].why
    assert [(part["value"], part["held"]) for part in why] == [("500,000", True)]


def test_the_highest_level_of_its_reasons_counts_and_what_is_over_ends(at, heard):
    account = given_account("both", domain="both.example", mrr=5000, funding_total_usd=900_000)
    given_rules()
    assert queries.vip_of(account).level == "gold"
    later = at(NOW + DAY)
    customers.set_account_traits(account, {"mrr": 100}, source="test")

    assert sweep() == 1
    assert queries.vip_of(account).level == "silver"
    assert accounts.account(account).traits["vip"] == "silver"
    at(NOW + 2 * DAY)
    customers.set_account_traits(account, {"funding_total_usd": None}, source="test")
    heard.clear()
    sweep()

    assert queries.vip_of(account) is None
    assert "vip" not in accounts.account(account).traits
    (gone,) = [a for a in heard if isinstance(a, VipReasonGone)]
    assert (gone.reason, gone.level) == ("funding", "")
    assert [(p.reason, p.left_at) for p in queries.proofs_of(account)] == [
        ("funding", NOW + 2 * DAY), ("value", later),
    ]  # fmt: skip
    assert sweep() == 0


def test_proof_is_kept_up_to_date_without_a_new_reason(at):
    account = given_account("rich", mrr=5000)
    given_rules()
    at(NOW + DAY)
    customers.set_account_traits(account, {"mrr": 7000}, source="test")

    assert sweep() == 0

    assert reasons(account) == {"value": {"mrr": 7000}}
    assert VipReason.objects.get().since == NOW


def test_a_change_of_the_rules_counts_at_once_and_can_be_taken_back():
    ada = given_member()
    account = given_account("rich", mrr=1500)
    given_rules(by=ada)
    lower = RULES.replace("value: 2000", "value: 1000")
    seen = queries.preview(queries.read_text(lower))

    actions.change_rules(queries.read_text(lower), by=ada, version=1)

    assert (seen.coming, seen.going_count, seen.counts["value"]) == ([(account, "Rich")], 0, 1)
    assert queries.levels_of([account]) == {account: "gold"}
    assert queries.versions()[0].changes == ("−     value: 2000", "+     value: 1000")
    assert queries.preview(queries.read_text(RULES)).going == [(account, "Rich")]
    actions.restore_version(1, by=ada)
    assert queries.levels_of([account]) == {}
    assert workspaces.audit_trail().filter(action="vips.change").count() == 3
    with pytest.raises(VipRulesChangedMeanwhile):
        actions.change_rules(queries.read_text(RULES), by=ada, version=1)
    with pytest.raises(NoSuchVipVersion):
        actions.restore_version(99, by=ada)


def test_acceptance_is_recorded_with_who_when_and_which_terms(heard):
    ada = given_member()
    account = given_account("rich", mrr=5000)
    given_rules()
    heard.clear()

    made = actions.record_acceptance(
        account, "gold", accepted_by="Maya Lin, CFO", accepted_on=NOW.date(), by=ada, note="On the phone"
    )

    accepted = queries.vip_of(account).accepted
    assert (accepted.accepted_by, accepted.accepted_on, accepted.recorded_by) == ("Maya Lin, CFO", NOW.date(), "Ada")
    assert (accepted.includes, accepted.until) == (
        ("A first answer within one hour",), NOW.date() + timedelta(days=365),
    )  # fmt: skip
    assert accepted.is_current
    assert [(a.level_name, a.recorded_by_id) for a in heard if isinstance(a, VipTermsAccepted)] == [("Gold", ada.pk)]
    given_rules(RULES.replace("within one hour", "within the day"))
    assert not queries.vip_of(account).accepted.is_current
    actions.withdraw_acceptance(made.pk, by=ada)
    assert queries.vip_of(account).accepted is None
    actions.restore_acceptance(made.pk, by=ada)
    assert queries.vip_of(account).accepted.id == made.pk


def test_an_acceptance_is_over_after_its_last_day(at):
    account = given_account("rich", mrr=5000)
    given_rules()
    actions.record_acceptance(account, "gold", accepted_by="Maya", accepted_on=NOW.date(), by=given_member())

    at(NOW + 365 * DAY)
    on_its_last_day = queries.vip_of(account).accepted
    at(NOW + 366 * DAY)

    assert (on_its_last_day.is_over, on_its_last_day.is_current) == (False, True)
    assert queries.vip_of(account).accepted.is_over


def test_refuses_an_acceptance_of_nobody_of_nothing_or_of_tomorrow(heard):
    ada = given_member()
    account = given_account("rich", mrr=5000)
    given_rules(RULES.replace("- level: silver\n  includes:\n  - A 1:1 demo\n", ""))
    heard.clear()

    for who, day in ((" ", NOW.date()), ("Maya", NOW.date() + timedelta(days=1))):
        with pytest.raises(AcceptanceIncomplete):
            actions.record_acceptance(account, "gold", accepted_by=who, accepted_on=day, by=ada)
    with pytest.raises(NoSuchVipLevel):
        actions.record_acceptance(account, "silver", accepted_by="Maya", accepted_on=NOW.date(), by=ada)
    with pytest.raises(NoSuchAcceptance):
        actions.withdraw_acceptance(99_999, by=ada)

    assert queries.acceptances_of([account]) == {}
    assert heard == []


def test_reasons_follow_a_merge_and_come_back_when_parted():
    ada = given_member()
    rich, other = given_account("rich", mrr=5000), given_account("other")
    given_rules()

    merge = customers.merge_accounts(other, rich, by=ada)
    store_and_tell()
    alone = queries.levels_of([rich])
    customers.part(merge.pk, by=ada)
    store_and_tell()

    assert alone == {}
    assert queries.levels_of([rich]) == {rich: "gold"}
    assert VipReason.objects.filter(account=rich).count() == 1


def test_what_was_accepted_goes_along_with_a_merge_and_back_when_parted():
    ada = given_member()
    rich, other = given_account("rich", mrr=5000), given_account("other")
    given_rules()
    actions.record_acceptance(rich, "gold", accepted_by="Maya", accepted_on=NOW.date(), by=ada)
    link = actions.offer_terms(rich, "gold", by=ada)
    token = queries.link_url(link).rstrip("/").rpartition("/")[2]

    merge = customers.merge_accounts(other, rich, by=ada)
    store_and_tell()
    merged = {a: [each.accepted_by for each in of] for a, of in queries.acceptances_of([rich, other]).items()}
    actions.accept_by_link(token, accepted_by="Maya Lin")
    customers.part(merge.pk, by=ada)
    store_and_tell()

    assert merged == {other: ["Maya"]}
    parted = {a: [each.accepted_by for each in of] for a, of in queries.acceptances_of([rich, other]).items()}
    assert parted == {rich: ["Maya"], other: ["Maya Lin"]}, "what was accepted meanwhile stays where it was"


def test_lists_the_latest_first_page_by_page():
    for n in range(5):
        given_account(f"a{n}", mrr=5000, domain=f"a{n}.example", funding_total_usd=600_000)
    given_account("b", brand_list="Top 500")
    given_rules()

    first = queries.vips(limit=4)
    second = queries.vips(limit=4, cursor=first.next_cursor)

    names = [v.account_name for page in (first, second) for v in page.items]
    assert sorted(names) == ["A0", "A1", "A2", "A3", "A4", "B"]
    assert second.next_cursor is None
    assert [v.account_name for v in queries.vips(reason="brand").items] == ["B"]
    assert len(list(queries.all_vips(level="gold"))) == 5
    assert [(c.reason.key, c.accounts) for c in queries.reason_counts()] == [("value", 5), ("brand", 1), ("funding", 5)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("level: gold\n  when", "level: bronze\n  when"), ("reasons[0].level", "level_unknown")),
        (("key: brand", "key: value"), ("reasons[1].key", "twice")),
        (("key: silver", "key: gold"), ("levels[1].key", "twice")),
        (("company_domain: true", "company_domain: maybe"), ("reasons[2].company_domain", "yes_or_no_needed")),
        (("trait: mrr, operator: more_than", "trait: vip, operator: more_than"), ("reasons[0].when", "asks_itself")),
        (("value: 499999", "value: much"), ("reasons[2].when.value", "condition")),
        (("- level: silver\n  includes", "- level: gold\n  includes"), ("terms[1].level", "terms_twice")),
        (("lasts_days: 365", "lasts_days: -1"), ("terms[0].lasts_days", "number_out_of_range")),
    ],
)
def test_says_what_cannot_be_saved(change, found):
    assert change[0] in RULES
    with pytest.raises(VipRulesWrong) as caught:
        queries.read_text(RULES.replace(*change, 1))
    assert found in [(p.path, str(p.code)) for p in caught.value.problems]
    assert all(p.line for p in caught.value.problems)


def test_the_text_comes_back_as_it_was():
    for definition in (queries.read_text(RULES), usual_definition(), usual_definition(9_000)):
        assert queries.read_text(queries.text_of(definition)) == definition
        assert queries.read_json_form(queries.json_form(definition)) == definition


def test_a_change_of_the_rules_takes_its_turn_before_the_row():
    given_rules()

    with takes_its_turn_first():
        given_rules(RULES.replace("value: 2000", "value: 3000"))


def test_a_sweep_between_a_merge_or_a_parting_and_the_word_of_it_changes_nothing(heard):
    ada = given_member()
    rich, other = given_account("rich", mrr=5000), given_account("other")
    given_rules()
    heard.clear()

    merge = customers.merge_accounts(other, rich, by=ada)
    actions.sweep(now=clock.now())
    actions.follow_merged([rich])
    gone = [a for a in heard if isinstance(a, VipReasonGone)]
    customers.part(merge.pk, by=ada)
    actions.sweep(now=clock.now())
    actions.follow_parted([rich], [other])

    assert gone == []
    assert queries.levels_of([rich]) == {rich: "gold"}
    assert VipReason.objects.filter(account=rich, left_at=None).count() == 1


def test_of_reasons_that_were_merged_away_more_than_once_the_latest_goes_on():
    ada = given_member()
    rich, other = given_account("rich", mrr=5000), given_account("other")
    given_rules()

    for _ in range(2):
        merge = customers.merge_accounts(other, rich, by=ada)
        actions.follow_merged([rich])
        customers.part(merge.pk, by=ada)
        actions.sweep(now=clock.now())
        actions.follow_parted([rich], [other])

    assert queries.levels_of([rich]) == {rich: "gold"}
    assert VipReason.objects.filter(account=rich, left_at=None).get() == VipReason.objects.latest("pk")
