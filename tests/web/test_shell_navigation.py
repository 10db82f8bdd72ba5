"""The menu, the palette and the figures beside places."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver

from tenure.web.shell import navigation, palette
from tenure.web.shell.navigation import NavigationItem
from tenure.web.shell.palette import Answer
from tenure.workspaces.types import PermissionRole
from tests.given import given_member, given_user


@pytest.fixture(autouse=True)
def own_menu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start from an empty menu; pages that are loaded later would put themselves into it."""
    assert get_resolver().url_patterns
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(palette, "_searches", {})
    monkeypatch.setattr(palette, "_commands", {})
    return


def item(key: str = "style", **choices: Any) -> NavigationItem:
    defaults: dict[str, Any] = {"label": key.title(), "url_name": "style", "icon": "table", "go": key[0], "order": 10}
    return NavigationItem(key=key, **{**defaults, **choices})


def request(path: str = "/style", role: PermissionRole = PermissionRole.OWNER) -> Any:
    made: Any = RequestFactory().get(path)
    made.member = given_member(role=role)
    return made


def test_lists_places_in_order(workspace: Any) -> None:
    navigation.register(item("zebra", order=10, go="z"))
    navigation.register(item("apple", order=20, go="p"))

    assert [place.item.key for place in navigation.places(request())] == ["zebra", "apple"]


def test_marks_the_longest_address_as_current(workspace: Any) -> None:
    navigation.register(item("palette", url_name="palette", go="p"))
    navigation.register(item("style"))

    assert {p.item.key: p.is_current for p in navigation.places(request("/style/deeper"))} == {
        "palette": False,
        "style": True,
    }
    assert not any(place.is_current for place in navigation.places(request("/stylesheet")))


def test_marks_the_place_a_page_elsewhere_belongs_to(workspace: Any) -> None:
    navigation.register(item("style", beside=("swatches",)))

    assert [place.is_current for place in navigation.places(request("/swatches/3/"))] == [True]
    assert [place.is_current for place in navigation.places(request("/swatch/3/"))] == [False]


def test_hides_what_a_role_does_not_reach(workspace: Any) -> None:
    navigation.register(item("settings", needs=PermissionRole.ADMIN))

    assert navigation.places(request(role=PermissionRole.MEMBER)) == []
    assert len(navigation.places(request(role=PermissionRole.ADMIN))) == 1


def test_shows_a_stranger_nothing(rf: RequestFactory) -> None:
    navigation.register(item())

    assert navigation.places(rf.get("/")) == []


def test_refuses_a_letter_that_is_taken() -> None:
    navigation.register(item("signals"))

    with pytest.raises(ValueError, match="g s already goes to signals"):
        navigation.register(item("segments"))

    assert [each.key for each in navigation.items()] == ["signals"]


def test_groups_are_folded_unless_they_were_opened_or_hold_the_page(workspace: Any) -> None:
    navigation.register(item("day", url_name="palette", order=1, go="d"))
    navigation.register(item("health", url_name="palette", order=2, go="h", group="How they are"))
    navigation.register(item("style", order=3, go="s", group="Who they are"))
    navigation.register(item("journeys", url_name="palette", order=4, go="j", group="What we do"))
    navigation.register(item("settings", url_name="palette", order=9, go=","))
    asked = request("/style")
    asked.COOKIES[navigation.FOLDS] = "journeys.nonsense"

    groups = navigation.groups(asked, navigation.places(asked))

    assert [(g.label, g.key, g.is_open) for g in groups if g.label] == [
        ("How they are", "health", False),
        ("Who they are", "style", True),
        ("What we do", "journeys", True),
    ]
    assert [[p.item.key for p in g.places] for g in groups if not g.label] == [["day"], ["settings"]]


def test_counts_what_waits(workspace: Any) -> None:
    navigation.register(item(count=lambda request: 7))

    assert [place.count for place in navigation.places(request())] == [7]


def test_palette_offers_everything_when_nothing_is_typed(workspace: Any) -> None:
    navigation.register(item("signals", label="Signals"))
    palette.register_search("accounts", "Accounts", lambda request, text, limit: [Answer(label=text)])

    groups = palette.answers(request(), "")

    assert [str(group.label) for group in groups] == ["Pages", "Commands"]
    assert [answer.label for answer in groups[0].answers] == ["Signals"]


def test_palette_searches_from_the_second_letter(workspace: Any) -> None:
    asked: list[str] = []

    def search(request: Any, text: str, limit: int) -> list[Answer]:
        asked.append(text)
        return [Answer(label=f"{text} Ltd", url="/a/1")]

    palette.register_search("accounts", "Accounts", search)

    palette.answers(request(), "n")
    found = palette.answers(request(), " no ")
    palette.answers(request(), "甘")

    assert asked == ["no", "甘"]
    assert [(str(group.label), [a.label for a in group.answers]) for group in found] == [("Accounts", ["no Ltd"])]


def test_palette_finds_commands_by_any_part(workspace: Any) -> None:
    palette.register_commands("segments", lambda request: [Answer(label="New segment", url="/segments/new")])

    groups = palette.answers(request(), "seg ne")

    assert [[a.label for a in group.answers] for group in groups] == [["New segment"]]


def test_palette_says_when_nothing_matches(workspace: Any, client: Client) -> None:
    from tenure.workspaces import queries

    client.force_login(queries.members().get().user)

    answer = client.get("/palette", {"q": "<b>zzz"})

    assert "Nothing matches “&lt;b&gt;zzz”." in answer.content.decode()


def test_counts_come_as_parts_of_the_page(workspace: Any, client: Client) -> None:
    from tenure.workspaces import queries

    navigation.register(item("signals", count=lambda request: 3))
    navigation.register(item("accounts"))
    client.force_login(queries.members().get().user)

    html = client.get("/shell/counts").content.decode()

    assert html.strip() == '<span class="navigation-count" id="count-signals" hx-swap-oob="true">3</span>'


def test_palette_is_closed_to_strangers(workspace: Any, client: Client) -> None:
    client.force_login(given_user())

    assert client.get("/palette", {"q": "no"}).status_code == 403
