"""The page an unsubscribe link leads to, as mail programs, scanners and people use it."""

import pytest
from django.test import Client

from tenure.channels import actions, queries
from tenure.channels.models import OutgoingMessage, Unsubscribe
from tenure.channels.types import NewMessage
from tests.channels.given import given_template, given_topic, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(workspace):
    topic, template = given_topic("onboarding", "Getting started"), given_template()
    pk = actions.queue_message(
        NewMessage(idempotency_key="t", address="maya@x.example", topic=topic, template_version_id=version_of(template))
    )
    return queries.unsubscribe_url(OutgoingMessage.objects.get(pk=pk)).removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def stranger():
    """A browser without a session, whose posts are checked for forgery."""
    return Client(enforce_csrf_checks=True)


def test_opening_the_link_asks_and_changes_nothing(address, stranger):
    for answer in (stranger.get(address), stranger.head(address)):
        assert answer.status_code == 200
    page = stranger.get(address).content.decode()

    assert "Getting started" in page
    assert "ma••@x.example" in page
    assert "maya@x.example" not in page
    assert Unsubscribe.objects.count() == 0


def test_one_click_stops_the_topic_without_cookies_or_a_token_in_the_form(address, stranger):
    answer = stranger.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 200
    assert not answer.cookies
    assert [(u.topic, u.via) for u in Unsubscribe.objects.all()] == [("onboarding", "one_click")]


def test_a_person_can_stop_everything_and_take_it_back(address, stranger):
    stopped = stranger.post(address, {"choice": "everything"}, follow=True)
    assert "gets no more messages from Harbor" in stopped.content.decode()
    assert [u.topic for u in Unsubscribe.objects.all()] == [""]

    stranger.post(address, {"choice": "nothing"})
    assert Unsubscribe.objects.count() == 0


def test_a_post_that_says_nothing_changes_nothing(address, stranger):
    assert stranger.post(address).status_code == 302

    assert Unsubscribe.objects.count() == 0


def test_a_changed_link_is_not_found_and_says_what_to_do(address, stranger):
    answer = stranger.get(address.replace("unsubscribe/", "unsubscribe/9"))

    assert answer.status_code == 404
    assert "use the one in the message" in answer.content.decode()
