"""The demo's owner has no password: two-step sign-in can be set up, shown and switched off without one."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tenure.workspaces import actions
from tests.given import given_user
from tests.web.visiting import read


def code_of(secret, later=0):
    """What an authenticator shows now, or half a minute later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


@pytest.mark.django_db
def test_two_step_sign_in_needs_no_password_nobody_knows(settings):
    settings.TENURE_DEMO = True
    owner = given_user("ada@halyard.example", password=None)
    actions.create_workspace("Halyard", owner=owner, is_demo=True)
    visitor = Client()
    assert visitor.get("/").status_code == 200

    page = visitor.get("/sign-in/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    done = visitor.post("/sign-in/2fa/totp/activate/", {"code": code_of(secret)}, follow=True)

    assert done.status_code == 200
    asked = visitor.get("/sign-in/2fa/recovery-codes/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/sign-in/2fa/reauthenticate/"), "by a code, not by a password"
    again = {"code": code_of(secret, later=1), "next": "/sign-in/2fa/recovery-codes/"}
    codes = read(visitor.post(asked.redirect_chain[-1][0], again, follow=True))
    assert len(set(re.findall(r"\b[0-9a-z]{8}\b", codes))) >= 10
    assert visitor.get("/sign-in/password/set/").status_code == 200, "a password can be chosen, too"

    visitor.logout()
    assert visitor.get("/").status_code == 200, "whoever is on this machine still comes in"
