"""Getting in: by password, by a second step, and by a link when the password is forgotten."""

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from django.test import Client

from tenure.channels.models import OutgoingMessage
from tenure.workspaces import queries
from tests.web.visiting import owner, read, visit

PASSWORD = "a-long-password-7"


@pytest.fixture(autouse=True)
def own_mail(settings: Any) -> None:
    """Send account mail as Tenure does; Django's test runner would keep it to itself."""
    settings.EMAIL_BACKEND = "tenure.web.signing_in.OutboxEmailBackend"


def six_digits(key: str, at: float) -> str:
    """Return what an authenticator app shows (RFC 6238, SHA-1, 30 seconds)."""
    counted = struct.pack(">Q", int(at) // 30)
    digest = hmac.new(base64.b32decode(key), counted, hashlib.sha1).digest()
    start = digest[-1] & 15
    return str((struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000).zfill(6)


def sign_in(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/sign-in/login/", {"login": owner().user.email, "password": password})


def test_lets_a_member_in(workspace: Any, client: Client) -> None:
    answer = sign_in(client)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_says_what_is_wrong_and_keeps_the_address(workspace: Any, client: Client) -> None:
    html = read(sign_in(client, "not-the-password"))

    assert 'class="note note-risk"' in html
    assert f'value="{owner().user.email}"' in html
    assert "not-the-password" not in html


def test_comes_back_to_the_page_that_was_asked_for(workspace: Any, client: Client) -> None:
    html = read(client.get("/sign-in/login/?next=/settings/members"))

    assert '<input type="hidden" name="next" value="/settings/members"' in html


def test_does_not_lead_to_another_site(workspace: Any, client: Client) -> None:
    answer = client.post(
        "/sign-in/login/?next=https://evil.example/",
        {"login": owner().user.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert answer.headers["Location"] == "/"


def switch_on_two_steps(client: Client) -> str:
    """Set up the authenticator app; returns its key."""
    client.post("/sign-in/reauthenticate/", {"password": PASSWORD})
    page = read(client.get("/sign-in/2fa/totp/activate/"))
    key = re.search(r'id="totp_key"[^>]*><code>([A-Z2-7]+)', page)
    assert key is not None
    answer = client.post("/sign-in/2fa/totp/activate/", {"code": six_digits(key[1], time.time())})
    assert answer.status_code == 302
    return key[1]


def test_asks_for_the_second_step(workspace: Any, client: Client) -> None:
    key = switch_on_two_steps(visit())

    first = sign_in(client)
    wrong = client.post("/sign-in/2fa/authenticate/", {"code": "000000"})
    blocked = client.get("/settings/members")
    # The code used for switching on cannot be used again; the next one can be used at once.
    right = client.post("/sign-in/2fa/authenticate/", {"code": six_digits(key, time.time() + 30)})

    assert first.headers["Location"] == "/sign-in/2fa/authenticate/"
    assert "field-error" in read(wrong)
    assert blocked.status_code == 302
    assert (right.status_code, right.headers["Location"]) == (302, "/")


def test_takes_each_recovery_code_once(workspace: Any) -> None:
    settled = visit()
    switch_on_two_steps(settled)
    page = read(settled.get("/sign-in/2fa/recovery-codes/"))
    shown = re.search(r'id="recovery_codes"[^>]*><code>([^<]+)', page)
    assert shown is not None
    code = shown[1].split()[0]

    answers = []
    for _ in range(2):
        client = Client()
        sign_in(client)
        answers.append(client.post("/sign-in/2fa/authenticate/", {"code": code}).status_code)

    assert len(shown[1].split()) == 10
    assert answers == [302, 200]


@pytest.mark.django_db(transaction=True)
def test_says_in_mail_and_on_the_page_that_two_steps_are_on(workspace: Any, client: Client) -> None:
    sign_in(client)

    switch_on_two_steps(client)

    html = read(client.get("/sign-in/2fa/"))
    assert "Two-step sign-in is on." in html
    assert "10 of 10 codes are unused" in html
    sent = OutgoingMessage.objects.get()
    assert sent.subject == "Two-step sign-in is on"
    assert "Two-step sign-in was switched on for you." in sent.text


def test_switches_the_second_step_off_again(workspace: Any, client: Client) -> None:
    settled = visit()
    switch_on_two_steps(settled)

    settled.post("/sign-in/2fa/totp/deactivate/")

    assert sign_in(client).headers["Location"] == "/"


def test_mails_a_link_for_a_forgotten_password_that_works_once(workspace: Any, client: Client) -> None:
    done = client.post("/sign-in/password/reset/", {"email": owner().user.email}, follow=True)
    mail = OutgoingMessage.objects.get()
    link = re.search(r"http://\S+(/sign-in/password/reset/key/\S+)", mail.text)
    assert link is not None

    form = client.get(link[1], follow=True)
    changed = client.post(
        form.request["PATH_INFO"], {"password1": "another-long-one-8", "password2": "another-long-one-8"}, follow=True
    )

    assert "Look into your mail" in read(done)
    assert mail.subject == "Choose a new password"
    assert "Your password is changed" in read(changed)
    assert sign_in(Client(), "another-long-one-8").status_code == 302
    assert "field-error" in read(sign_in(Client())) or "note-risk" in read(sign_in(Client()))
    assert "This link does not work any more" in read(Client().get(link[1], follow=True))


def test_tells_nobody_who_has_a_sign_in(workspace: Any) -> None:
    known = Client().post("/sign-in/password/reset/", {"email": owner().user.email}, follow=True)
    unknown = Client().post("/sign-in/password/reset/", {"email": "nobody@tenure.example"}, follow=True)

    hidden = re.compile(r'csrf[^>]+>|content="[^"]*"')
    assert hidden.sub("", read(known)) == hidden.sub("", read(unknown))


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/sign-in/login/", "Sign in"),
        ("/sign-in/signup/", "You join by invitation"),
        ("/sign-in/password/reset/", "Choose a new password"),
        ("/sign-in/password/reset/done/", "Look into your mail"),
        ("/sign-in/password/reset/key/1-x/", "This link does not work any more"),
        ("/sign-in/confirm-email/", "Look into your mail"),
        ("/sign-in/confirm-email/nothing/", "This link does not work any more"),
        ("/sign-in/inactive/", "This sign-in is closed"),
    ],
)
def test_speaks_our_words_to_strangers(workspace: Any, client: Client, path: str, heading: str) -> None:
    html = read(client.get(path, follow=True))

    assert re.findall(r"<h1>\s*(.*?)\s*</h1>", html) == [heading]
    assert 'rel="stylesheet"' in html


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/sign-in/2fa/", "Two-step sign-in"),
        ("/sign-in/password/change/", "Change password"),
        ("/sign-in/email/", "E-mail addresses"),
        ("/sign-in/logout/", "Sign out of Tenure?"),
        ("/sign-in/reauthenticate/", "Confirm that it is you"),
    ],
)
def test_speaks_our_words_to_members(workspace: Any, path: str, heading: str) -> None:
    assert re.findall(r"<h1>\s*(.*?)\s*</h1>", read(visit().get(path))) == [heading]


def test_changes_a_password(workspace: Any) -> None:
    client = visit()

    answer = client.post(
        "/sign-in/password/change/",
        {"oldpassword": PASSWORD, "password1": "another-long-one-8", "password2": "another-long-one-8"},
        follow=True,
    )

    assert "Your password is changed." in read(answer)
    assert queries.members().get().user.check_password("another-long-one-8")


def test_says_what_a_stale_form_is(workspace: Any) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/sign-in/login/", {"login": "a@b.example", "password": "x"})

    assert answer.status_code == 403
    assert "The form had gone stale" in read(answer)


def test_signs_out_without_a_question_when_asked_by_the_menu(workspace: Any) -> None:
    client = visit()

    answer = client.post("/sign-in/logout/")

    assert answer.headers["Location"] == "/sign-in/login/"
    assert client.get("/sign-in/2fa/").status_code == 302
