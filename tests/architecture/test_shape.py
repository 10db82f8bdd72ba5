"""What imports cannot see: names, sizes, where foreign keys point, who writes."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tenure"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)
FORBIDDEN = re.compile(
    r"(^|_)(utils?|helpers?|common|base|managers?|services?|handlers?|handle|process|do|data|info)(_|$)"
)
LAYERS = [
    {"kernel", "stats", "lake"},
    {"workspaces"},
    {"customers"},
    {"tracking", "billing"},
    {"segments", "signals", "computed_traits"},
    {"segment_signals"},
    {"channels", "help"},
    {"conversations", "surveys"},
    {"insights", "snapshots"},
    {"activity", "experiments", "health", "lifecycle", "risk", "touch_models", "vips"},
    {"backtests"},
    {"playbooks", "programs"},
    {"journeys"},
    {"connectors", "files", "simulator", "stripe", "company_facts"},
    {"privacy"},
    {"web", "api", "collect", "widget"},
    {"config"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
OURS = [c for c in apps.get_app_configs() if c.name.startswith("tenure.")]


def _where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_where)
def test_module_says_what_it_is_for_and_has_an_honest_name(path):
    tree = ast.parse(path.read_text())

    assert path.name == "apps.py" or not tree.body or ast.get_docstring(tree), f"{_where(path)} needs a docstring"
    assert not FORBIDDEN.search(path.stem), f"{_where(path)}: choose a word that says what it is"
    defined = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    vague = [n for n in defined if FORBIDDEN.search(n.strip("_")) and n not in ALLOWED_NAMES]
    assert not vague, f"{_where(path)}: {vague}"


# Names that a library calls by.
ALLOWED_NAMES = {
    "process_exception", "process_response", "process_view", "handle", "UserManager",
    "handle_starttag", "handle_endtag", "handle_data",  # html.parser
}  # fmt: skip


def test_no_module_has_outgrown_four_hundred_lines():
    long = {_where(p): n for p in MODULES if (n := len(p.read_text().splitlines())) > 400}

    assert long == {}


def test_foreign_keys_point_down_by_string_and_leave_no_trace_above():
    wrong = []
    for config in OURS:
        for model in config.get_models():
            for field in model._meta.get_fields():
                if not isinstance(field, ForeignKey) or not field.related_model.__module__.startswith("tenure."):
                    continue
                target = field.related_model._meta.app_label
                if LEVEL[target] > LEVEL[config.label]:
                    wrong.append(f"{model.__name__}.{field.name} points up to {target}")
                if target != config.label and not field.remote_field.hidden:
                    wrong.append(f'{model.__name__}.{field.name} needs related_name="+"')
    assert wrong == []


def test_every_table_with_a_workspace_is_guarded():
    from tenure.kernel.tenancy import ScopedModel

    free = {
        model.__name__
        for config in OURS
        for model in config.get_models()
        if any(f.name == "workspace" for f in model._meta.get_fields()) and not issubclass(model, ScopedModel)
    }
    # These are reached before a workspace is known, or by no workspace at all.
    assert free <= {"IntakeBatch", "Refusal"}


def test_migrations_are_named_for_what_they_do():
    unnamed = [
        _where(p) for p in PACKAGE.rglob("migrations/0*.py") if re.search(r"_(initial|auto_|alter_|remove_)", p.name)
    ]
    assert unnamed == []


def test_migrations_match_the_models(db):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_only_config_reads_the_environment():
    readers = [
        _where(p)
        for p in MODULES
        if re.search(r"\bos\.(environ|getenv)\b", p.read_text()) and "config" not in p.relative_to(PACKAGE).parts
    ]
    assert readers == []


def test_time_comes_from_the_clock():
    strays = [
        f"{_where(p)}:{i}"
        for p in MODULES
        for i, line in enumerate(p.read_text().splitlines(), 1)
        if re.search(r"(datetime|date|timezone)\.(now|today|utcnow)\(", line) and p.name != "clock.py"
    ]
    assert strays == []


def test_money_is_never_a_float():
    from django.db.models import FloatField

    floats = [
        f"{m.__name__}.{f.name}"
        for c in OURS
        for m in c.get_models()
        for f in m._meta.get_fields()
        if isinstance(f, FloatField) and re.search(r"(mrr|price|amount|money|revenue)", f.name)
    ]
    assert floats == []


def test_rows_are_written_by_actions_only():
    """Doors and reads never write: no `.save(`, `.create(`, `.update(` or `.delete(` on a model outside actions."""
    strays = []
    for path in MODULES:
        place = path.relative_to(PACKAGE).parts
        inside = "queries" in place[1] if len(place) > 1 else False
        if (place[0] not in {"web", "api"} and not inside) or path.stem == "actions":
            continue
        for i, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(
                r"\.objects\.(create|bulk_create|update_or_create|get_or_create)\(|objects\..*\.(update|delete)\(", line
            ):
                strays.append(f"{_where(path)}:{i}")
    assert strays == []
