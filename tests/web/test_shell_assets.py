"""What the build leaves: small, complete, from here, and readable in light and dark."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "tenure" / "web" / "static" / "web"


def manifest() -> dict[str, Any]:
    return json.loads((BUILT / "manifest.json").read_text())  # type: ignore[no-any-return]


def test_holds_every_file_of_its_manifest() -> None:
    entries = manifest().values()
    named = {entry["file"] for entry in entries} | {css for entry in entries for css in entry.get("css", [])}

    assert {file.name for file in BUILT.iterdir()} == named | {"manifest.json", "icons.json", "mark.svg"}


def test_weighs_less_than_150_kb_before_charts(workspace: Any, client: Client) -> None:
    from tenure.workspaces import queries

    workspace.is_demo = True
    workspace.save()
    client.force_login(queries.members().get().user)
    page = client.get("/style").content
    entry = manifest()["src/app.ts"]
    files = [entry["file"], *entry["css"], *(manifest()[name]["file"] for name in entry["imports"])]
    files.append(json.loads((BUILT / "icons.json").read_text())["file"])

    weight = len(gzip.compress(page)) + sum(len(gzip.compress((BUILT / file).read_bytes())) for file in files)

    assert weight < 150_000


def test_loads_nothing_from_elsewhere() -> None:
    for sheet in BUILT.glob("*.css"):
        assert not re.search(r"url\((?![\"']?data:)", sheet.read_text())
        assert "@import" not in sheet.read_text()


def test_names_no_registry() -> None:
    lock = (ROOT / "frontend" / "package-lock.json").read_text()

    assert '"resolved"' not in lock
    assert "registry" not in lock
    assert lock.count('"integrity"') > 50


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens(mode: int) -> dict[str, str]:
    """Return the colours of light (0) or dark (1)."""
    source = (ROOT / "frontend" / "src" / "styles" / "_tokens.scss").read_text()
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", source)
    return {name: (light, dark)[mode] for name, light, dark in pairs}


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "accent", "accent-strong", "good", "watch", "risk", "info"])
@pytest.mark.parametrize("ground", ["page", "surface", "surface-raised", "surface-sunk"])
def test_words_can_be_read(ink: str, ground: str, mode: int) -> None:
    assert contrast(tokens(mode)[ink], tokens(mode)[ground]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("accent-strong", "accent-soft"),
        ("good", "good-soft"),
        ("watch", "watch-soft"),
        ("risk", "risk-soft"),
        ("info", "info-soft"),
        ("ink", "accent-soft"),
        ("ink", "watch-soft"),
        ("surface", "ink"),
    ],
)
def test_words_on_a_colour_can_be_read(ink: str, ground: str, mode: int) -> None:
    assert contrast(tokens(mode)[ink], tokens(mode)[ground]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(mode: int) -> None:
    for ground in ("page", "surface", "surface-raised"):
        assert contrast(tokens(mode)["line-strong"], tokens(mode)[ground]) >= 3
