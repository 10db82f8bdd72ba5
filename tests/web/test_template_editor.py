"""Writing e-mail templates: their words, what a real customer would read, and a test to oneself."""

import re

import pytest

from tenure.channels import actions, queries
from tenure.channels.models import OutgoingMessage
from tenure.channels.types import Content
from tenure.workspaces.types import PermissionRole
from tests.channels.given import given_account, given_person, given_template, given_topic
from tests.journeys.given import given_journey, send
from tests.web.visiting import owner, read, read_csv, visit

NEW, PREVIEW = "/journeys/templates/new/", "/journeys/templates/preview/"


@pytest.fixture(autouse=True)
def start(workspace):
    pass


def words(**said):
    return {
        "op": "save",
        "name": "Discovery",
        "topic": "Getting started",
        "subject": 'Two weeks in, {{ person.first_name | "there" }}',
        "preview": "",
        "body": "How is **{{ account.name }}** doing?",
        **said,
    }


def errors(page: str) -> list[str]:
    found = re.findall(r'<p class="field-error"[^>]*><svg.*?</svg>(.*?)</p>', page)
    return [each.replace("&quot;", '"').replace("&#x27;", "'") for each in found]


def customer(name: str = "Maya Lind") -> tuple[int, int]:
    account = given_account("Northwind")
    return given_person(name=name, account_id=account), account


def test_says_what_a_template_is_while_there_is_none():
    page = read(visit().get("/journeys/templates/"))

    assert "No e-mail template yet" in page
    assert NEW in page


def test_what_is_written_is_saved_with_a_new_topic():
    browser = visit()
    assert browser.get(NEW).status_code == 200

    answer = browser.post(NEW, words())

    template = queries.templates().get()
    assert answer["Location"] == f"/journeys/templates/{template.pk}/"
    assert template.name == "Discovery"
    assert queries.topic_names()[template.topic] == "Getting started"
    assert queries.current_version(template.pk).body == "How is **{{ account.name }}** doing?"


def test_a_known_topic_is_not_made_twice():
    given_topic("onboarding", "Getting started")

    visit().post(NEW, words(topic="getting STARTED"))

    assert queries.topic_names() == {"onboarding": "Getting started"}
    assert queries.templates().get().topic == "onboarding"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, ["This field is required."]),
        ({"topic": ""}, ["This field is required."]),
        ({"subject": "Hello {{ person.fist_name }}"},
         ["There is no tag “person.fist_name”. Did you mean “person.first_name”?"]),
        ({"body": "{{ shoe.size }}"}, ["There is no tag “shoe.size”."]),
        ({"body": "Hello {{ person.name"}, ["This looks like a tag and is none: {{ person.name"]),
        ({"body": "On {{ account.traits.plan }}"},
         ["Not everybody has the trait of “account.traits.plan”: say what stands there instead, as in "
          '{{ account.traits.plan | "words" }}.']),
        ({"body": "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section></mj-body>"
          "</mjml>"},
         ["MJML of your own needs a link to unsubscribe: {{ unsubscribe_url }}."]),
        ({"body": "[x](javascript:alert(1))\n\n[y](ftp://x.example)"},
         ["A link begins with https:// or mailto:, not: ftp://x.example"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(wrong, said):
    answer = visit().post(NEW, words(**{"preview": "Kept words", **wrong}))

    page = read(answer)
    assert answer.status_code == 422
    assert errors(page) == said
    assert 'value="Kept words"' in page
    assert queries.templates().count() == 0
    assert queries.topic_names() == {}


def test_a_name_is_taken_once():
    given_template("Discovery")

    page = read(visit().post(NEW, words()))

    assert errors(page) == ["Another template already has this name."]


def test_a_change_makes_a_version_and_says_which_journeys_it_holds_for():
    template = given_template("Welcome")
    given_journey(send(template=template), name="First weeks")
    edit = f"/journeys/templates/{template}/edit/"

    page = read(visit().get(edit))
    visit().post(edit, words(name="Welcome"))

    assert "Journeys send it:" in page
    assert "First weeks" in page
    assert queries.current_version(template).number == 2
    assert queries.template_versions(queries.template(template)).count() == 2


def test_tags_and_traits_are_offered_for_insertion():
    given_person(favourite_colour="teal")

    page = read(visit().get(NEW))

    for tag in queries.known_tags():
        assert tag in page
    assert "{{ person.traits.favourite_colour | &quot;…&quot; }}" in page


def test_shows_what_a_real_customer_would_read():
    maya, _account = customer()
    browser = visit()

    page = read(browser.post(PREVIEW, words(reader=str(maya))))
    frame = re.search(r'src="([^"]+)" sandbox="allow-popups"', page)[1]
    mail = browser.get(frame)

    assert "Two weeks in, Maya" in page
    assert "<strong>Northwind</strong>" in read(mail)
    assert queries.templates().count() == 0


def test_shows_it_to_nobody_in_particular_with_the_words_instead():
    customer()

    page = read(visit().post(PREVIEW, words(reader="nobody")))

    assert "Two weeks in, there" in page


def test_shows_plain_text_and_a_phone():
    maya, _account = customer()
    browser = visit()

    text = read(browser.post(PREVIEW, words(reader=str(maya), view="text")))
    phone = read(browser.post(PREVIEW, words(reader=str(maya), view="phone")))

    assert "How is Northwind doing?" in text
    assert "<iframe" not in text
    assert "mail-frame-phone" in phone


def test_the_frame_runs_nothing_and_belongs_to_who_wrote_it():
    maya, _account = customer("<script>alert(1)</script> Lind")
    browser = visit()
    page = read(browser.post(PREVIEW, words(reader=str(maya), body="Hello {{ person.name }}")))
    frame = re.search(r'src="([^"]+)" sandbox', page)[1]

    mail = browser.get(frame)

    rules = mail.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "sandbox allow-popups", "frame-ancestors 'self'", "form-action 'none'"} <= set(rules)
    assert not [rule for rule in rules if rule.startswith("script-src")]
    assert "<script>" not in page
    assert "<script>alert" not in read(mail)
    assert "&lt;script&gt;alert(1)" in read(mail)
    assert visit(PermissionRole.ADMIN).get(frame).status_code == 404


def test_an_unfinished_preview_says_what_is_to_be_put_right():
    page = read(visit().post(PREVIEW, words(body="{{ person.fist_name }}")))

    assert "Still to be put right:" in page
    assert "Did you mean “person.first_name”?" in page
    assert "<iframe" not in page


def test_a_test_goes_to_oneself_and_nothing_is_saved():
    maya, _account = customer()

    answer = visit().post(NEW, words(op="test", name="", topic="", reader=str(maya)))

    sent = OutgoingMessage.objects.get()
    assert answer.status_code == 200
    assert (sent.address, sent.subject) == (owner().user.email, "Test: Two weeks in, Maya")
    assert sent.person_id is None
    assert f"A test is on its way to {owner().user.email}." in read(answer)
    assert queries.templates().count() == 0


def test_an_incomplete_template_is_not_sent_as_a_test():
    answer = visit().post(NEW, words(op="test", body="{{ person.fist_name }}"), headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert "No test was sent" in answer["HX-Trigger"]
    assert OutgoingMessage.objects.count() == 0


def test_one_template_shows_its_mail_topic_versions_and_journeys():
    given_topic()
    maya, _account = customer()
    template = given_template("Welcome")
    actions.change_template(queries.template(template), content=Content(subject="Again", body="x"), topic="onboarding")
    given_journey(send(template=template), name="First weeks")
    browser = visit()

    page = read(browser.get(f"/journeys/templates/{template}/?reader={maya}"))
    mail = browser.get(f"/journeys/templates/{template}/body/?reader={maya}")

    assert "Getting started" in page
    assert "First weeks" in page
    assert "Again" in page
    assert "sandbox" in mail["Content-Security-Policy"]


def test_lists_templates_with_what_sends_them_and_exports_them():
    template = given_template("Welcome")
    given_journey(send(template=template), name="First weeks")

    page = read(visit().get("/journeys/templates/"))
    rows = read_csv(visit().get("/journeys/templates/export.csv"))

    assert "First weeks" in page
    assert [row[1] for row in rows] == ["name", "Welcome"]


def test_a_copy_begins_with_all_of_the_other():
    template = given_template("Welcome", body="Good morning.")

    page = read(visit().get(f"{NEW}?copy={template}"))

    assert 'value="Welcome (copy)"' in page
    assert "Good morning." in page


def test_an_archived_template_leaves_the_list():
    template = given_template("Welcome")

    visit().post(f"/journeys/templates/{template}/archive/")

    assert queries.templates().count() == 0
    assert visit().post(f"/journeys/templates/{template}/edit/", words()).status_code == 404


def test_members_who_are_no_admins_may_look_and_not_write():
    template = given_template("Welcome")
    browser = visit(PermissionRole.MEMBER)

    assert browser.get(f"/journeys/templates/{template}/").status_code == 200
    for address in (NEW, PREVIEW, f"/journeys/templates/{template}/edit/", f"/journeys/templates/{template}/archive/"):
        assert browser.post(address, words()).status_code == 403
    assert "/edit/" not in read(browser.get(f"/journeys/templates/{template}/"))
    assert queries.current_version(template).number == 1
