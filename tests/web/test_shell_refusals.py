"""What a member is told when a domain refuses, and when we fail."""

import json
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from tenure.config import urls as all_urls
from tenure.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.web.visiting import read, visit


class CallAlreadyLogged(Conflict):
    """This call has been logged already."""

    code = "call_already_logged"


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise {"409": CallAlreadyLogged, "404": NotFound, "403": NotAllowed, "422": Invalid, "500": ZeroDivisionError}[
        kind
    ]()


urlpatterns = [path("refuse/<kind>", refuse), *all_urls.urlpatterns]
handler404, handler403, handler500 = all_urls.handler404, all_urls.handler403, all_urls.handler500


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.test_shell_refusals"


@pytest.mark.parametrize("status", [404, 403, 409, 422])
def test_answers_with_the_status_of_the_refusal(workspace: Any, status: int) -> None:
    assert visit().get(f"/refuse/{status}").status_code == status


def test_says_what_happened_and_what_to_do(workspace: Any) -> None:
    html = read(visit().get("/refuse/409"))

    assert "This call has been logged already." in html
    assert "Nothing was changed. Go back: what you typed is still in the form." in html
    assert "<code>call_already_logged</code>" in html


def test_leaves_the_page_as_it_is_when_a_part_asked(workspace: Any) -> None:
    answer = visit().post("/refuse/422", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (422, b"")
    assert answer.headers["HX-Reswap"] == "none"
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "toast": {"value": [{"text": "What was given cannot be used.", "tone": "risk"}]}
    }


def test_says_what_to_do_when_we_fail(workspace: Any) -> None:
    client = visit()
    client.raise_request_exception = False

    answer = client.get("/refuse/500")

    assert answer.status_code == 500
    assert "Something broke on our side" in read(answer)
    assert "tenure doctor" in read(answer)
    assert "ZeroDivisionError" not in read(answer)


def test_says_that_an_address_leads_nowhere(workspace: Any) -> None:
    answer = visit().get("/no/such/page")

    assert answer.status_code == 404
    assert "There is nothing at this address" in read(answer)


def test_leads_a_stranger_to_the_door(workspace: Any) -> None:
    assert Client().get("/refuse/409").headers["Location"] == "/sign-in/login/?next=/refuse/409"
