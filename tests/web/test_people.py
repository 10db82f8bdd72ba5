import re

import pytest

from tenure.channels import actions as channels
from tenure.customers import queries as customers
from tenure.workspaces import queries
from tests.given import given_member
from tests.tracking.sending import NOW, group, hours, identify, track
from tests.web.test_accounts import given_use
from tests.web.visiting import owner, read, read_csv, visit


@pytest.fixture
def four(workspace, at):
    at(NOW)
    given_use(
        identify(
            userId="maya",
            traits={"name": "Maya Lin", "email": "maya@fjord.example", "role": "buyer"},
            at=NOW - hours(90),
        ),
        group(userId="maya", groupId="fjord", at=NOW - hours(90), traits={"name": "Fjord"}),
        track("Looked", anonymousId="a-1", at=NOW - hours(80)),
        identify(userId="tom", anonymousId="a-1", traits={"name": "tom"}, at=NOW - hours(79)),
        group(userId="tom", groupId="fjord", at=NOW - hours(78)),
        identify(userId="zoe", traits={"name": "Zoë"}, at=NOW - hours(70)),
        track("Exported", userId="maya", at=NOW - hours(2)),
        track("Browsed", anonymousId="nobody", at=NOW - hours(1)),
    )
    return {p.external_id: p.pk for p in customers.people()}


def listed(page):
    return re.findall(r'<a class="row-link" href="/people/\d+/">([^<]*)</a>', page)


def test_nobody_yet_shows_the_snippet(workspace):
    assert queries.write_keys().get().key in read(visit().get("/people/"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ["Maya Lin", "tom", "Zoë"]),
        ("?sort=-name", ["Zoë", "tom", "Maya Lin"]),
        ("?sort=-last_seen_at", ["Maya Lin", "tom", "Zoë"]),
        ("?q=fjord.ex", ["Maya Lin"]),
        ("?q=zoe", ["Zoë"]),
        ("?q=%25", []),
    ],
)
def test_known_people_are_listed_searched_and_sorted(four, address, expected):
    assert listed(read(visit().get(f"/people/{address}"))) == expected


def test_refuses_to_sort_by_what_it_does_not_know(four):
    assert visit().get("/people/?sort=password").status_code == 422


def test_people_are_exported_with_their_accounts(four):
    rows = read_csv(visit().get("/people/export.csv?q=maya"))

    maya = dict(zip(rows[0], rows[1], strict=True))
    assert (maya["user_id"], maya["account"], maya["trait.role"]) == ("maya", "Fjord", "buyer")


def test_a_person_shows_where_they_belong_what_they_did_and_under_which_ids(four):
    page = read(visit().get(f"/people/{four['tom']}/"))

    assert "<h1 data-customer>tom" in page
    assert '<a class="row-link" href="/accounts/' in page
    assert "Looked" in page
    assert re.findall(r"<dd><code>([^<]*)</code></dd>", page) == ["tom", "a-1"]


def test_a_trace_leads_to_whom_it_turned_out_to_be(four):
    (trace,) = [pk for pk in customers.person_traces(four["tom"]) if pk != four["tom"]]

    answer = visit().get(f"/people/{trace}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/people/{four['tom']}/")


def test_a_person_who_wants_no_mail_is_shown_as_such(four):
    assert re.search(r"Unsubscribed from</dt><dd>\s*nothing", read(visit().get(f"/people/{four['maya']}/")))

    channels.unsubscribe_person("maya@fjord.example", by=given_member("Ada"), person_id=four["maya"])

    page = read(visit().get(f"/people/{four['maya']}/"))
    assert re.search(r"Unsubscribed from</dt><dd>\s*everything", page)


def test_a_person_of_nobody_has_no_page(four):
    assert visit().get("/people/999999999999/").status_code == 404
    assert owner() is not None
