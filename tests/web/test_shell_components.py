"""The components, and what no template may hold."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.template import TemplateSyntaxError, engines
from django.test import Client

from tenure.kernel import clock
from tenure.stats.charts import line_chart
from tenure.web.shell import icons
from tenure.web.shell.opening import opening

TEMPLATES = Path(__file__).parents[2] / "tenure" / "web" / "templates"
EVIL = '"><script>alert(1)</script>'


def drawn(source: str, request: Any = None, **context: Any) -> str:
    """Render markup that uses components."""
    from django_cotton.compiler_regex import CottonCompiler

    compiled = CottonCompiler().process(source)
    return engines["django"].from_string(compiled).render(context, request)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"<script(?![^>]*(type=\"application/json\"|\bsrc=))", text), "inline script"
    assert not re.search(r"\sstyle=", text), "style attribute"
    assert not re.search(r"\son[a-z]+=\"", text), "event attribute"
    assert not re.search(r"hx-on|hx-vals=[\"']js:|hx-trigger=\"[^\"]*\[", text), "needs eval"
    assert not re.search(r"<(?!a\s)[^>]*(src|href|action|hx-[a-z]+)=\"(https?:)?//", text), "from another server"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    text = path.read_text()

    named = re.findall(r"<c-icon\s+name=\"([a-z0-9-]+)\"|\bicon=\"([a-z0-9-]+)\"|{% icon \"([a-z0-9-]+)\"", text)
    for name in {name for names in named for name in names if name}:
        assert icons.address(name).endswith(f"#{name}")


@pytest.mark.parametrize(("component", "says"), [("c-chart", ' opens="| closed="'), ("c-spark", ' :?href="')])
def test_no_template_draws_a_chart_that_opens_to_nothing(component: str, says: str) -> None:
    drawn = [
        (path.name, tag)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for tag in re.findall(rf"<{component} (?:{{%.*?%}}|[^<>])*", path.read_text())
    ]

    assert len(drawn) > 4
    assert [name for name, tag in drawn if not re.search(says, tag)] == []
    assert {name for name, tag in drawn if ' closed="' in tag} <= {"style.html"}, "a sample: nobody is behind it"


def test_a_chart_that_leads_nowhere_is_refused() -> None:
    closed = line_chart([(date(2026, 3, 1), 1.0)], day="Day", unit="Points")
    source = '<c-chart id="x" title="T" :spec="spec" opens="A point opens its day." />'

    with pytest.raises(TemplateSyntaxError):
        drawn(source, spec=closed)
    with pytest.raises(TemplateSyntaxError):
        drawn('<c-chart id="x" title="T" :spec="spec" />', spec=opening(closed, str))
    with pytest.raises(TemplateSyntaxError):
        drawn('<c-spark :values="numbers" label="Use" />', numbers=[1, 2])
    assert "A point opens its day." in drawn(source, spec=opening(closed, str))
    assert "A point opens its day." in drawn(source, spec={"data": {"values": []}, "layer": []}), "nothing to open yet"


def test_refuses_an_icon_that_is_not_in_the_sprite() -> None:
    with pytest.raises(icons.UnknownIcon):
        icons.address("unicorn")


@pytest.mark.parametrize(
    "source",
    [
        '<c-page-header :title="evil" :lead="evil" />',
        '<c-page-header title="{{ evil }}" lead="{{ evil }}" />',
        '<c-card :title="evil" id="{{ evil }}">{{ evil }}</c-card>',
        '<c-stat :label="evil" :value="evil" :definition="evil" :href="evil" :note="evil" />',
        '<c-stat label="{{ evil }}" value="{{ evil }}" definition="{{ evil }}" href="{{ evil }}" />',
        '<c-pill :title="evil">{{ evil }}</c-pill>',
        '<c-avatar :name="evil" /><c-who :name="evil" :href="evil" :detail="evil" />',
        '<c-chip :href="evil" :remove="evil" :removes="evil">{{ evil }}</c-chip>',
        '<c-empty :title="evil" :why="evil" />',
        '<c-code id="x" :text="evil" :title="evil" /><c-copy :text="evil" />',
        '<c-field :label="evil" for="x" :help="evil" :error="evil"></c-field>',
        '<c-search-box :label="evil" :value="evil" :placeholder="evil" />',
        '<c-select-row :value="evil" :label="evil" />',
        '<c-table :caption="evil"><tr><td>{{ evil }}</td></tr></c-table>',
        '<c-menu-item :href="evil">{{ evil }}</c-menu-item>',
        '<c-timeline-item icon="phone" :source="evil">{{ evil }}</c-timeline-item>',
        '<c-fact :name="evil" :source="evil">{{ evil }}</c-fact>',
        '<c-progress :label="evil" :words="evil" />',
        '<c-spark :values="numbers" :label="evil" :href="evil" />',
        '<c-chart id="x" :title="evil" :summary="evil" :spec="spec" :url="evil" :opens="evil" closed="a test" />',
        '<c-row data-name="{{ evil }}">{{ evil }}</c-row>',
    ],
)
def test_shows_hostile_text_as_text(source: str) -> None:
    html = drawn(source, evil=EVIL, numbers=[1, 2], spec={"title": EVIL})

    assert "<script>alert" not in html
    assert '"><' not in html.replace('"><span', "").replace('"></', "").replace('"><use', "").replace('"><c', "") or (
        EVIL not in html
    )


def test_sorts_the_other_way_when_asked_again(rf: Any) -> None:
    request = rf.get("/accounts", {"q": "no", "sort": "mrr", "cursor": "x"})

    html = drawn(
        '<c-th sort="mrr" now="mrr">MRR</c-th><c-th sort="seen" now="mrr" first="down">Seen</c-th>', request=request
    )

    assert re.findall(r'href="([^"]+)"', html)[::2] == ["?q=no&amp;sort=-mrr", "?q=no&amp;sort=-seen"]
    assert re.findall(r"aria-sort=\"(\w+)\"", html) == ["ascending"]


def test_does_not_leak_a_page_s_own_words_into_a_component() -> None:
    html = drawn('<c-card>x</c-card><c-stat label="a" value="b" />', title="of the page", note="n", foot="f", href="h")

    assert "of the page" not in html
    assert 'href="h"' not in html


def test_writes_a_moment_in_both_forms() -> None:
    html = drawn('<c-time :at="at" />', at=clock.now() - timedelta(days=2))

    assert re.fullmatch(r'<time datetime="[^"]+" title="[^"]+" data-relative>2 days ago</time>\s*', html)


@pytest.mark.parametrize("missing", ['<c-time :at="at" none="never" />', '<c-time :at="nothing" none="never" />'])
def test_says_what_a_missing_moment_means(missing: str) -> None:
    assert drawn(missing, at=None).strip() == '<span class="quiet">never</span>'


def test_ties_a_field_to_its_help_and_errors() -> None:
    from django import forms

    class Form(forms.Form):
        days = forms.IntegerField(label="Days", help_text="From 7 to 365.", min_value=7)

    html = drawn('<c-field :field="form.days" />', form=Form({"days": "3"}))

    assert 'aria-describedby="id_days_help id_days_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_days_error"' in html
    assert 'class="form-control"' in html


def test_shows_every_component_in_a_demo(workspace: Any, client: Client) -> None:
    from tenure.workspaces import queries

    workspace.is_demo = True
    workspace.save()
    client.force_login(queries.members().get().user)

    html = client.get("/style").content.decode()

    assert "Northwind Ltd" in html
    assert "Simulated data" in html
    assert "Kestrel &amp; Sons &lt;b&gt;" in html
    assert "{%" not in html
    assert "{{" not in html
    assert "<c-" not in html


def test_hides_the_components_from_a_real_workspace(workspace: Any, client: Client) -> None:
    from tenure.workspaces import queries

    client.force_login(queries.members().get().user)

    assert client.get("/style").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "number",
        "compact",
        "percent",
        'money:"USD"',
        'compact_money:"USD"',
        "day",
        "clock_time",
        "day_and_time",
        "relative",
        "duration",
    ],
)
def test_writes_a_dash_for_what_is_missing(name: str) -> None:
    assert drawn(f"{{{{ nothing|{name} }}}}{{{{ none|{name} }}}}", none=None) == "––"
