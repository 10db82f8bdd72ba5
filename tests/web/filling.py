"""Filling in a form as a browser would: the fields of a page, with what they say, to be changed and sent."""

from html.parser import HTMLParser
from typing import Any

from tests.web.visiting import read


def fields_of(answer: Any, form: str = "definition_form") -> dict[str, Any]:
    """Return every field of a form by its name; boxes that are ticked several times are a list."""
    reading = _Reading(form)
    reading.feed(read(answer))
    reading.close()
    return {name: values if len(values) > 1 else values[0] for name, values in reading.found.items()}


class _Reading(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self._form, self._is_inside, self._area, self._select = form, False, "", ""
        self._first: str | None = None
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form" and said.get("id") == self._form:
            self._is_inside = True
        elif tag == "input" and self._is_inside and name and said.get("type", "text") not in ("submit", "file"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self._take(name, said.get("value", "on" if said.get("type") == "checkbox" else ""))
        elif tag == "textarea" and self._is_inside and name:
            self._area = name
            self._take(name, "")
        elif tag == "select" and self._is_inside:
            self._select, self._first = name, None
        elif tag == "option" and self._select:
            self._first = said.get("value", "") if self._first is None else self._first
            if "selected" in said:
                self._take(self._select, said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            if self._select and self._select not in self.found and self._first is not None:
                self._take(self._select, self._first)
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area][-1] += data

    def _take(self, name: str, value: str) -> None:
        self.found.setdefault(name, []).append(value)
