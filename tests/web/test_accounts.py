import re
from datetime import timedelta

import pytest

from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers
from tenure.kernel import jobs, outbox, tenancy
from tenure.workspaces import queries
from tenure.workspaces.models import SavedView
from tenure.workspaces.types import PermissionRole
from tests.given import given_member, given_workspace
from tests.tracking.sending import NOW, group, hours, identify, send, track
from tests.web.visiting import owner, read, read_csv, visit, visit_as

SCRIPT = "<script>alert(1)</script>"


def given_use(*calls):
    send(*calls)
    jobs.run_stage("intake", NOW)
    outbox.deliver()


def account_named(external_id):
    return customers.account_by_external_id(external_id).pk


@pytest.fixture
def three(workspace, at):
    """Three accounts: Fjord is used now, Kestrel three weeks ago, Noor never was."""
    at(NOW)
    given_use(
        identify(userId="maya", traits={"name": "Maya", "email": "maya@fjord.example"}, at=NOW - hours(900)),
        group(
            userId="maya",
            groupId="fjord",
            at=NOW - hours(900),
            traits={"name": "Fjord", "domain": "fjord.example", "plan": "Premium", "mrr": 4800, "industry": "Ships"},
        ),
        identify(userId="kim", traits={"name": "Kim"}, at=NOW - hours(900)),
        group(userId="kim", groupId="kestrel", at=NOW - hours(900), traits={"name": "Kestrel", "plan": "Starter"}),
        group(userId="noor", groupId="noor", at=NOW - hours(900), traits={"name": "شركة النور", "mrr": 120.5}),
        *(track("Report exported", userId="maya", at=NOW - hours(24 * n)) for n in range(5)),
        track("Logged in", userId="kim", at=NOW - hours(24 * 21)),
    )
    return {name: account_named(name) for name in ("fjord", "kestrel", "noor")}


def listed(page):
    """The names in the table, in their order."""
    return re.findall(r'<a class="row-link" href="/accounts/\d+/">([^<]*)</a>', page)


def test_a_workspace_without_accounts_shows_the_snippet_with_its_key(workspace):
    page = read(visit().get("/accounts/"))

    key = queries.write_keys().get()
    assert page.count(key.key) >= 4
    assert "Here your customers will be" in page


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ["Fjord", "Kestrel", "شركة النور"]),
        ("?sort=-name", ["شركة النور", "Kestrel", "Fjord"]),
        ("?sort=-last_seen_at", ["Fjord", "Kestrel", "شركة النور"]),
        ("?sort=mrr", ["شركة النور", "Fjord", "Kestrel"]),
        ("?sort=-mrr", ["Fjord", "شركة النور", "Kestrel"]),
        ("?q=fjord.ex", ["Fjord"]),
        ("?q=النور", ["شركة النور"]),
        ("?q=100%25_", []),
        ("?q=%00", ["Fjord", "Kestrel", "شركة النور"]),
        ("?trait=plan:is:premium", ["Fjord"]),
        ("?trait=industry:is_set:", ["Fjord"]),
        ("?trait=mrr:more_than:200", ["Fjord"]),
        ("?seen_more=14", ["Kestrel", "شركة النور"]),
        ("?seen_less=14", ["Fjord"]),
        ("?owner=none&trait=plan:is_not:Premium", ["Kestrel", "شركة النور"]),
        ("?stage=churned", []),
    ],
)
def test_the_address_holds_the_view(three, address, expected):
    assert listed(read(visit().get(f"/accounts/{address}"))) == expected


def test_filters_read_as_a_sentence_and_each_can_be_taken_away(three):
    page = read(visit().get("/accounts/?trait=plan:is:Premium&seen_more=14&owner=none&stage=trial&stage=active"))

    assert re.findall(r'<span class="chip chip-on"><span>([^<]*)</span>', page) == [
        "stage is trial or active",
        "owner is nobody",
        "last seen more than 14 days ago",
        "plan is Premium",
    ]
    assert 'href="?stage=trial&amp;stage=active&amp;owner=none&amp;seen_more=14"' in page


@pytest.mark.parametrize(
    "address",
    ["?seen_more=soon", "?stage=lost", "?owner=ada", "?trait=plan", "?sort=password", "?segment=x", "?cursor=x"],
)
def test_what_cannot_be_read_is_refused_and_not_ignored(three, address):
    assert visit().get(f"/accounts/{address}").status_code == 422


def test_the_filter_form_leads_to_the_short_address(three):
    asked = {
        "apply": "1",
        "q": "",
        "seen_more": "",
        "seen_less": "7",
        "trait_name": ["plan", ""],
        "trait_test": ["is", "is"],
        "trait_value": ["Premium", ""],
        "columns": ["plan", "trait.industry"],
    }

    answer = visit().get("/accounts/", asked)

    assert answer["Location"] == "/accounts/?seen_less=7&trait=plan%3Ais%3APremium&columns=plan%2Ctrait.industry"


def test_columns_can_be_chosen_traits_too(three):
    page = read(visit().get("/accounts/?columns=trait.industry,domain,id"))

    row = page.split(f'/accounts/{three["fjord"]}/">')[1].split("</tr>")[0]
    assert [cell.strip() for cell in re.findall(r"<td>(.*?)</td>", row)] == [
        "Ships",
        "fjord.example",
        "<code>fjord</code>",
    ]


def test_a_line_shows_people_revenue_and_use(three):
    page = read(visit().get("/accounts/"))

    row = page.split(f'/accounts/{three["fjord"]}/">')[1].split("</tr>")[0]
    assert "$4,800" in row
    assert "5 events in 30 days" in row
    assert "$120.50" in page


def test_pages_follow_each_other(workspace, at):
    at(NOW)
    given_use(
        *(
            group(userId=f"u{n}", groupId=f"a{n:03}", at=NOW - hours(1), traits={"name": f"Account {n:03}"})
            for n in range(120)
        )
    )
    client = visit()

    seen, address = [], "/accounts/?sort=-name"
    while address:
        page = read(client.get(address))
        seen += listed(page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = f"/accounts/{following[1].replace('&amp;', '&')}" if following else ""

    assert seen == [f"Account {n:03}" for n in reversed(range(120))]


def test_exports_what_the_view_shows(three):
    rows = read_csv(visit().get("/accounts/export.csv?trait=plan:is_set:&sort=-name"))

    assert rows[0][:6] == ["id", "external_id", "name", "domain", "stage", "owner"]
    assert [row[2] for row in rows[1:]] == ["Kestrel", "Fjord"]
    fjord = dict(zip(rows[0], rows[2], strict=True))
    assert (fjord["events_30_days"], fjord["open_signals"], fjord["trait.mrr"]) == ("5", "0", "4800")
    assert fjord["last_seen_at"] == "2026-03-10T12:00:00+00:00"


def test_who_may_only_look_shares_no_views(three):
    browser = visit(PermissionRole.VIEWER)
    browser.post("/accounts/views/", {"name": "Quiet", "query": "seen_more=14", "shared": "1"})
    view = SavedView.objects.get()

    assert not view.is_shared
    assert browser.post(f"/accounts/views/{view.pk}/share/").status_code == 403
    assert not SavedView.objects.get().is_shared


def test_a_view_is_saved_opened_shared_and_removed(three):
    ada = given_member("Ada", role=PermissionRole.MEMBER)
    client, other = visit_as(ada), visit(PermissionRole.VIEWER)

    answer = client.post("/accounts/views/", {"name": "Quiet", "query": "seen_more=14&junk=1"})

    assert answer["Location"] == "/accounts/?seen_more=14"
    assert '<a class="tab" href="?seen_more=14" data-customer aria-current="page">Quiet' in read(
        client.get(answer["Location"])
    )
    assert "Quiet" not in read(other.get("/accounts/"))
    view = queries.saved_views("accounts", ada).get()
    assert other.post(f"/accounts/views/{view.pk}/share/").status_code == 404

    client.post(f"/accounts/views/{view.pk}/share/")
    assert "Quiet" in read(other.get("/accounts/"))
    assert other.post(f"/accounts/views/{view.pk}/remove/").status_code == 403

    client.post(f"/accounts/views/{view.pk}/remove/")
    assert not queries.saved_views("accounts", ada).exists()


def test_many_accounts_change_hands_after_a_preview_and_back(three):
    ada, grace = given_member("Ada"), given_member("Grace")
    customer_actions.assign_owner(three["kestrel"], grace, by=None)
    client = visit_as(ada)
    chosen = {"ids": [three["fjord"], three["kestrel"]], "owner": ada.pk}

    preview = read(client.post("/accounts/owners/preview/", chosen))
    assert "2 accounts go to Ada. Until now they are with:" in preview
    assert re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", preview) == [("nobody", "1 account"), ("Grace", "1 account")]
    assert customers.owners_of(three.values()) == {three["kestrel"]: grace.pk}

    client.post("/accounts/owners/", chosen)
    assert customers.owners_of(three.values()) == {three["fjord"]: ada.pk, three["kestrel"]: ada.pk}
    undo = re.search(r'action="(/accounts/owners/\d+/undo/)"', read(client.get("/accounts/", follow=True)))
    assert undo is not None

    assert visit_as(grace).post(undo[1]).status_code == 404
    client.post(undo[1])
    assert customers.owners_of(three.values()) == {three["kestrel"]: grace.pk}


def test_everything_in_the_view_can_change_hands(three):
    ada = given_member("Ada")

    visit_as(ada).post("/accounts/owners/", {"everything": "1", "view": "seen_more=14", "owner": ada.pk})

    assert customers.owners_of(three.values()) == {three["kestrel"]: ada.pk, three["noor"]: ada.pk}


@pytest.mark.parametrize(("given", "status"), [({"ids": []}, 422), ({"owner": "ada"}, 422), ({"owner": "999999"}, 404)])
def test_changing_hands_needs_accounts_and_a_member(three, given, status):
    answer = visit().post("/accounts/owners/", {"ids": [three["fjord"]], "owner": "none", **given})

    assert answer.status_code == status
    assert customers.owners_of(three.values()) == {}


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/owners/",
        "/accounts/owners/preview/",
        "/accounts/{pk}/owner/",
        "/accounts/{pk}/call/",
        "/accounts/{pk}/run/",
    ],
)
def test_a_viewer_changes_nothing(three, address):
    client = visit(PermissionRole.VIEWER)
    trail = queries.audit_trail().count()

    answer = client.post(address.format(pk=three["fjord"]), {"ids": [three["fjord"]], "owner": "none"})

    assert answer.status_code == 403
    assert queries.audit_trail().count() == trail
    assert "Log a call" not in read(client.get(f"/accounts/{three['fjord']}/"))


def test_an_account_says_who_they_are_and_what_they_did(three):
    page = read(visit().get(f"/accounts/{three['fjord']}/"))

    assert "<h1 data-customer>Fjord" in page
    assert "fjord.example" in page
    assert "no owner yet" in page
    assert "$4,800" in page
    assert page.count("Report exported") == 5
    assert "Ships" in page
    assert f'href="/people/{customers.people_of(three["fjord"])[0].id}/"' in page


def test_the_timeline_can_be_narrowed_and_goes_on(workspace, at):
    at(NOW)
    given_use(
        group(userId="maya", groupId="fjord", at=NOW - hours(200), traits={"name": "Fjord", "plan": "Premium"}),
        *(track(f"Did {n}", userId="maya", at=NOW - hours(n)) for n in range(1, 71)),
    )
    pk, client = account_named("fjord"), visit()

    use = read(client.get(f"/accounts/{pk}/?show=use"))
    assert re.findall(r"Did (\d+)", use) == [str(n) for n in range(1, 31)]
    headings = re.findall(r'<li class="timeline-day">([^<]*)<', use)
    facts = read(client.get(f"/accounts/{pk}/?show=facts"))
    assert "Did 1" not in facts
    assert "plan: Premium" in facts

    seen, part = [], use
    while following := re.search(r'hx-get="(/accounts/\d+/timeline/\?before=[^"]*)"', part):
        part = read(client.get(following[1].replace("&amp;", "&")))
        seen += re.findall(r"Did (\d+)", part)
        headings += re.findall(r'<li class="timeline-day">([^<]*)<', part)
    assert seen == [str(n) for n in range(31, 71)]
    assert headings == ["Today", "9 Mar", "8 Mar", "7 Mar"]
    assert client.get(f"/accounts/{pk}/?show=gossip").status_code == 422


def poll_of(page):
    (address,) = re.findall(r'hx-get="(/accounts/\d+/timeline/newest/[^"]*)"', page)
    return address.replace("&amp;", "&")


def given_late(at, event, *, happened):
    later = at(NOW + timedelta(minutes=2))
    send(track(event, userId="maya", at=happened), received_at=later)
    jobs.run_stage("intake", later)


@pytest.mark.parametrize("happened", [NOW + timedelta(minutes=1), NOW - hours(30)])
def test_new_use_appears_by_itself_where_it_belongs(three, at, happened):
    client = visit()
    address = poll_of(read(client.get(f"/accounts/{three['fjord']}/")))
    assert client.get(address).status_code == 204

    given_late(at, "Invoice paid", happened=happened)
    part = client.get(address)

    said = re.findall(r"Invoice paid|Report exported", read(part))
    place = sum(NOW - hours(24 * n) > happened for n in range(5))
    assert said == ["Report exported"] * place + ["Invoice paid"] + ["Report exported"] * (5 - place)
    assert client.get(poll_of(read(part))).status_code == 204


def test_uses_in_a_row_are_one_line_that_grows(three, at):
    client = visit()
    address = poll_of(read(client.get(f"/accounts/{three['fjord']}/")))

    given_late(at, "Report exported", happened=NOW + timedelta(minutes=1))
    part = read(client.get(address))

    assert "Report exported · 2 times" in part
    assert part.count("Report exported") == 5


def test_what_others_do_changes_nothing_here(three, at):
    client = visit()
    address = poll_of(read(client.get(f"/accounts/{three['kestrel']}/")))

    given_late(at, "Invoice paid", happened=NOW)
    part = client.get(address)

    assert (part.status_code, part["HX-Reswap"]) == (200, "none")
    assert "timeline-entry" not in read(part)
    assert client.get(poll_of(read(part))).status_code == 204


def test_only_the_newest_part_renews_itself(workspace, at):
    at(NOW)
    given_use(
        group(userId="maya", groupId="fjord", at=NOW - hours(200), traits={"name": "Fjord"}),
        *(track(f"Did {n}", userId="maya", at=NOW - hours(n)) for n in range(1, 71)),
    )
    pk, client = account_named("fjord"), visit()
    address = poll_of(read(client.get(f"/accounts/{pk}/?show=use")))

    given_late(at, "Did 0", happened=NOW)
    given_late(at, "Did 290", happened=NOW - hours(29) - timedelta(minutes=1))
    part = read(client.get(address))

    assert re.findall(r"Did (\d+)", part) == [*map(str, range(30)), "290", "30"]
    assert client.get(f"/accounts/{pk}/timeline/newest/?until=x").status_code == 422


def test_a_page_that_has_fallen_far_behind_begins_anew(three, at):
    client = visit()
    address = poll_of(read(client.get(f"/accounts/{three['fjord']}/")))

    later = at(NOW + timedelta(hours=9))
    send(*(track(f"Did {n}", userId="maya", at=NOW + timedelta(minutes=n)) for n in range(1, 300)), received_at=later)
    jobs.run_stage("intake", later)
    part = client.get(address)

    assert (part.status_code, part["HX-Refresh"]) == (204, "true")


def test_what_was_known_when(three, at):
    later = at(NOW + timedelta(hours=1))
    send(group(userId="maya", groupId="fjord", at=later, traits={"plan": "Enterprise"}), received_at=later)
    jobs.run_stage("intake", later)

    page = read(visit().get(f"/accounts/{three['fjord']}/traits/"))

    plans = [row for row in re.findall(r"<tr>(.*?)</tr>", page, re.S) if "<td>plan</td>" in row]
    assert ["Enterprise" in plans[0], "Premium" in plans[1]] == [True, True]


def test_a_call_is_logged_with_its_next_step(three, at):
    from tenure.playbooks import queries as playbooks

    client = visit()
    person = customers.people_of(three["fjord"])[0].id
    call = {
        "person": person,
        "outcome": "reached",
        "minutes": "12",
        "notes": f"Wants {SCRIPT}",
        "next_title": "Send the guide",
        "next_kind": "email",
        "next_on": "2026-03-12",
    }

    answer = client.post(f"/accounts/{three['fjord']}/call/", call)

    assert answer["Location"] == f"/accounts/{three['fjord']}/"
    logged = playbooks.calls_of(three["fjord"]).get()
    assert (logged.person_id, logged.minutes, logged.next_task.title) == (person, 12, "Send the guide")
    outbox.deliver()
    page = read(client.get(answer["Location"]))
    assert f"{owner().name} called Maya: Reached" in page
    assert "Send the guide" in page
    assert SCRIPT not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "shouted"},
        {"next_title": "Later"},
        {"next_title": "Later", "next_on": "2020-01-01"},
        {"minutes": "-1"},
    ],
)
def test_a_call_that_makes_no_sense_comes_back_with_what_was_typed(three, changes):
    from tenure.playbooks import queries as playbooks

    answer = visit().post(
        f"/accounts/{three['fjord']}/call/", {"outcome": "reached", "notes": "Long & careful notes", **changes}
    )

    assert answer.status_code == 422
    assert "Long &amp; careful notes" in read(answer)
    assert not playbooks.calls_of(three["fjord"]).exists()


def test_one_account_gets_an_owner_and_loses_it_by_undo(three):
    ada = given_member("Ada")
    client = visit_as(ada)

    answer = client.post(f"/accounts/{three['fjord']}/owner/", {"owner": ada.pk})

    page = read(client.get(answer["Location"]))
    assert "looked after by Ada" in page
    undo = re.search(r'action="(/accounts/owners/\d+/undo/)"', page)
    assert undo is not None
    client.post(undo[1])
    assert customers.owners_of([three["fjord"]]) == {}


def test_a_playbook_is_run_by_hand_once(three):
    from tenure.playbooks import actions as playbook_actions
    from tenure.playbooks import queries as playbooks
    from tenure.playbooks.types import TaskKind, TaskTemplate, Trigger, TriggerKind

    ada = given_member("Ada")
    playbook = playbook_actions.define_playbook(
        "Say hello",
        trigger=Trigger(kind=TriggerKind.MANUAL),
        tasks=[TaskTemplate(kind=TaskKind.CALL, title="Call them")],
        by=ada,
    )
    client = visit_as(ada)

    for _ in range(2):
        assert client.post(f"/accounts/{three['fjord']}/run/", {"playbook": playbook.pk}).status_code == 302

    assert playbooks.runs_of(three["fjord"]).count() == 1
    page = read(client.get(f"/accounts/{three['fjord']}/"))
    assert "Call them" in page
    assert client.post(f"/accounts/{three['fjord']}/run/", {"playbook": "x"}).status_code == 404


def test_names_are_text_everywhere(workspace, at):
    at(NOW)
    given_use(
        identify(userId="eve", traits={"name": SCRIPT, "email": SCRIPT, "title": SCRIPT}, at=NOW - hours(2)),
        group(
            userId="eve",
            groupId=SCRIPT,
            at=NOW - hours(2),
            traits={"name": SCRIPT, "domain": SCRIPT, "plan": SCRIPT, SCRIPT: SCRIPT, "url": "javascript:alert(1)"},
        ),
        track(SCRIPT, userId="eve", at=NOW - hours(1), properties={SCRIPT: SCRIPT}),
    )
    account = account_named(SCRIPT)
    person = customers.people_of(account)[0].id
    client = visit()

    for address in (
        "/accounts/",
        "/accounts/?columns=plan,domain,id,trait.url,owner",
        f"/accounts/{account}/",
        f"/accounts/{account}/traits/",
        f"/accounts/{account}/timeline/newest/",
        "/people/",
        f"/people/{person}/",
        f"/people/{person}/traits/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert SCRIPT not in read(answer), address
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in read(client.get(f"/accounts/{account}/"))


def test_the_whole_timeline_leaves_as_csv(workspace, at):
    at(NOW)
    given_use(
        group(userId="maya", groupId="fjord", at=NOW - hours(200), traits={"name": "Fjord", "plan": "Premium"}),
        *(track(f"Did {n}", userId="maya", at=NOW - hours(n)) for n in range(1, 71)),
    )
    pk, client = account_named("fjord"), visit()
    person = customers.people_of(pk)[0].id

    use = read_csv(client.get(f"/accounts/{pk}/timeline.csv?show=use"))
    everything = read_csv(client.get(f"/accounts/{pk}/timeline.csv"))
    facts = read_csv(client.get(f"/accounts/{pk}/timeline.csv?show=facts"))

    assert [row[4] for row in use[1:]] == [f"Did {n}" for n in range(1, 71)]
    assert use[1][2:] == ["use", "Used", "Did 1", "", "1", str(person), "maya", str(pk), use[1][-1]]
    assert len(everything[1:]) == len(use[1:]) + len(facts[1:]) == 73
    assert sorted(everything[1:]) == sorted([*use[1:], *facts[1:]])
    assert [row[4] for row in read_csv(client.get(f"/people/{person}/timeline.csv?show=use"))[1:]] == [
        f"Did {n}" for n in range(1, 71)
    ]
    assert f'href="/accounts/{pk}/timeline.csv?show=use"' in read(client.get(f"/accounts/{pk}/?show=use"))
    assert client.get(f"/accounts/{pk}/timeline.csv?show=else").status_code == 422


def test_what_belongs_to_others_does_not_exist_here(three):
    ours = given_workspace("Ours")
    with tenancy.scope(ours.pk):
        client = visit_as(owner())
    person = customers.people_of(three["fjord"])[0].id

    for address in (
        f"/accounts/{three['fjord']}/",
        f"/accounts/{three['fjord']}/timeline/",
        f"/accounts/{three['fjord']}/timeline/newest/",
        f"/accounts/{three['fjord']}/timeline.csv",
        f"/accounts/{three['fjord']}/traits/",
        f"/people/{person}/",
        f"/people/{person}/timeline/",
        f"/people/{person}/timeline.csv",
        f"/people/{person}/traits/",
    ):
        assert client.get(address).status_code == 404
    for address in (f"/accounts/{three['fjord']}/owner/", f"/accounts/{three['fjord']}/call/"):
        assert client.post(address, {"owner": "none", "outcome": "reached"}).status_code == 404
    with tenancy.scope(ours.pk):
        mine = owner().pk
    client.post("/accounts/owners/", {"ids": [three["fjord"]], "owner": mine})
    assert customers.owners_of([three["fjord"]]) == {}
    assert listed(read(client.get("/accounts/?q=Fjord"))) == []
    assert read_csv(client.get("/accounts/export.csv"))[1:] == []


@pytest.mark.parametrize(
    ("asked", "on", "unit"),
    [
        ("", "Days of use", "Days of use a week"),
        ("?series=events", "Events", "Events a week"),
        ("?series=minutes", "Days of use", "Days of use a week"),
        ("?series=what", "Days of use", "Days of use a week"),
    ],
)
def test_use_is_drawn_by_series_and_minutes_only_where_they_are_counted(three, asked, on, unit):
    page = read(visit().get(f"/accounts/{three['fjord']}/use/{asked}"))

    buttons = re.findall(r'<button[^>]*class="tab"([^>]*)>([^<]*)</button>', page)
    assert [name for _attributes, name in buttons] == ["Days of use", "Events"]
    assert [name for attributes, name in buttons if "aria-current" in attributes] == [on]
    assert unit in page
