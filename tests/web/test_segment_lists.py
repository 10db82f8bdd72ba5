"""The pages of static segments, and of what segments have in common."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.segments import actions, queries
from tenure.segments.types import Subject
from tenure.web.pages.segments import words
from tests.segments.given import NOW, given_account, given_segment, names_in
from tests.web.visiting import read, visit


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def test_makes_a_list_of_what_was_pasted_and_uploaded():
    for key in ("fjord", "kestrel", "northwind"):
        given_account(key)
    browser = visit()
    sent = SimpleUploadedFile("ids.csv", b"\xef\xbb\xbfnorthwind\nnobody\n")

    answer = browser.post(
        "/segments/new-list/", {"name": "Pilot", "subject": "account", "ids": "fjord, kestrel\nfjord", "file": sent}
    )

    segment = actions.define_list("Other", subject=Subject.ACCOUNT)
    made = next(s for s in queries.segments() if s.name == "Pilot")
    assert answer.status_code == 302
    assert names_in(type(segment).objects.get(pk=made.id)) == ["Fjord", "Kestrel", "Northwind"]
    page = read(browser.get(f"/segments/{made.id}/"))
    assert "3 were put on the list." in page
    assert "1 is not known: nobody" in page
    assert "accounts that were put on the list by hand" in page
    assert f"/segments/{made.id}/edit/" not in page


def test_takes_one_off_and_puts_them_back():
    fjord = given_account("fjord")
    segment = actions.define_list("Pilot", subject=Subject.ACCOUNT)
    actions.put_on_list(segment.pk, [fjord], by=None)
    browser = visit()

    browser.post(f"/segments/{segment.pk}/take/{fjord}/")
    assert names_in(segment) == []
    assert "Fjord is off the list." in read(browser.get(f"/segments/{segment.pk}/"))

    browser.post(f"/segments/{segment.pk}/put/{fjord}/")
    assert names_in(segment) == ["Fjord"]
    assert "Fjord is in “Pilot”" in read(browser.get(f"/segments/{segment.pk}/why/{fjord}/"))
    assert "a member changed the list" in read(browser.get(f"/segments/{segment.pk}/history/"))


def test_asks_for_a_name_and_keeps_what_was_typed():
    given_segment("Taken")
    browser = visit()

    for name, said in (("", "Give the segment a name"), ("Taken", "already has this name")):
        answer = browser.post("/segments/new-list/", {"name": name, "subject": "person", "ids": "ann@fjord.example"})
        assert answer.status_code == 422
        assert said in read(answer)
        assert "ann@fjord.example" in read(answer)


def test_shows_what_segments_have_in_common_and_who():
    premium = given_segment()
    large = given_segment("Large", kind="trait", name="seats", operator="more_than", value=10)
    for key, plan, seats in (("fjord", "Premium", 12), ("kestrel", "Premium", 3), ("northwind", "Basic", 40)):
        given_account(key, plan=plan, seats=seats)
    browser = visit()

    page = read(browser.get("/segments/overlap/"))

    assert f"/segments/{premium.pk}/?also_in={large.pk}" in page
    assert "33%" in page
    both = read(browser.get(f"/segments/{premium.pk}/?also_in={large.pk}"))
    assert "Fjord" in both
    assert "Kestrel" not in both
    assert "Only those who are in “Large”, too." in both
    assert "Too few segments to compare" in read(browser.get("/segments/overlap/?subject=person"))


def test_offers_every_kind_in_the_builder():
    given_segment("Named")
    fields = {"subject": "account", "mode": "form", "name": "All", "op": "again", "c:kind": "all"}
    kinds = ["trait:health_score", *(kind for kind in words.KINDS if kind != "trait")]
    fields |= {f"c.{n}:kind": kind for n, kind in enumerate(kinds)}
    browser = visit()

    page = read(browser.post("/segments/new/", fields))
    for place in ("people", "sequence", "performed"):
        order = {"people": "who", "sequence": "step", "performed": "filter"}[place]
        answer = read(browser.post("/segments/new/", fields | {"op": f"{order}:c.{kinds.index(place)}"}))
        assert f'name="c.{kinds.index(place)}.0:kind"' in answer

    for n, kind in enumerate(kinds):
        assert f'name="c.{n}:was" value="{kind}"' in page


def test_reads_a_list_from_its_text_form():
    fjord = given_account("fjord")
    browser = visit()
    text = "name: Pilot\nsubject: account\nmembers:\n- fjord\n- 'nobody'\n"
    fields = {"subject": "account", "mode": "text", "text": text}

    assert "Fjord" in read(browser.post("/segments/preview/", fields))
    browser.post("/segments/new/", {**fields, "op": "save"})

    made = next(iter(queries.segments()))
    assert (made.is_static, queries.member_ids(made.id)) == (True, {fjord})
    assert queries.text_form(made.id) == "name: Pilot\nsubject: account\nmembers:\n- fjord\n"
    assert "1 is not known: nobody" in read(browser.get(f"/segments/{made.id}/"))
