"""The pages of imports."""

import json

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.connectors.files.actions import check_import
from tenure.connectors.files.models import Import
from tenure.customers.models import Account, Person
from tenure.kernel import jobs
from tenure.workspaces.types import PermissionRole
from tests.web.visiting import read, read_csv, visit

FILE = "客户编号,客户名称,席位\na1,北京航运,12\na2,上海物流,很多\n".encode("gb18030")


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"


def uploaded(client, content=FILE, name="客户.csv", kind="accounts"):
    return client.post("/settings/imports/new/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_from_the_empty_list_to_an_import_taken_back(workspace):
    client = visit()
    assert "Nothing has been imported yet" in read(client.get("/settings/imports/"))

    assert uploaded(client).status_code == 302
    of = Import.objects.get()
    page = read(client.get(f"/settings/imports/{of.pk}/"))
    assert (of.encoding, [c["target"] for c in of.columns]) == ("gb18030", ["external_id", "name", "trait"])
    assert "北京航运" in page

    said = {"target_0": "external_id", "target_1": "name", "target_2": "trait", "trait_2": "seats", "type_2": "number"}
    client.post(f"/settings/imports/{of.pk}/columns/", said)
    jobs.run_stage("file_imports")
    page = read(client.get(f"/settings/imports/{of.pk}/"))
    assert "This was a dry run" in page
    assert "很多" in page
    assert Account.objects.count() == 0

    client.post(f"/settings/imports/{of.pk}/run/")
    jobs.run_stage("file_imports")
    assert [(a.name, a.traits["seats"]) for a in Account.objects.all()] == [("北京航运", 12)]
    errors = read_csv(client.get(f"/settings/imports/{of.pk}/refused.csv"))
    assert errors == [
        ["import_reason", "import_line", "import_column", "客户编号", "客户名称", "席位"],
        ["“很多” is not a number.", "3", "席位", "a2", "上海物流", "很多"],
    ]

    client.post(f"/settings/imports/{of.pk}/undo/")
    jobs.run_stage("file_imports")
    assert Account.objects.count() == 0
    assert "This import was taken back" in read(client.get(f"/settings/imports/{of.pk}/"))


@pytest.mark.parametrize(
    ("empty", "kind"),
    [
        ("/insights/mrr/", "subscriptions"), ("/traits/companies/", "companies"), ("/tickets/", "tickets"),
        ("/accounts/", "events"),
    ],
)  # fmt: skip
def test_empty_pages_lead_to_the_import_that_fills_them(workspace, empty, kind):
    client = visit()
    assert f'href="/settings/imports/?kind={kind}"' in read(client.get(empty))

    page = read(client.get("/settings/imports/", {"kind": kind}))

    assert f'<option value="{kind}" selected>' in page
    assert 'data-opens="new_import"' not in page
    assert 'data-opens="new_import"' in read(client.get("/settings/imports/", {"kind": "sheep"}))


def test_a_wrong_file_and_wrong_columns_are_said_on_the_page(workspace):
    client = visit()

    empty = uploaded(client, b"\n", "empty.csv")

    assert (empty.status_code, Import.objects.count()) == (422, 0)
    assert "is empty" in read(empty)
    uploaded(client)
    wrong = client.post(f"/settings/imports/{Import.objects.get().pk}/columns/", {"target_1": "name"})
    assert wrong.status_code == 422
    assert "One of the columns has to be: Id in your product, Domain." in read(wrong)


def test_a_file_whose_rows_are_all_one_event(workspace):
    client = visit()
    uploaded(client, b"customer,day\n1,1997-01-18\n", "purchases.csv", "events")
    of = Import.objects.get()
    said = {"target_0": "user_id", "target_1": "timestamp"}

    page = read(client.get(f"/settings/imports/{of.pk}/"))
    unsaid = client.post(f"/settings/imports/{of.pk}/columns/", said)
    client.post(f"/settings/imports/{of.pk}/columns/", {**said, "event": " Order Completed "})
    jobs.run_stage("file_imports")

    assert "Event (or one for every row, below)" in page
    assert unsaid.status_code == 422
    assert "Say which column names the event, or which event every row is" in read(unsaid)
    page = read(client.get(f"/settings/imports/{of.pk}/"))
    assert (Import.objects.get().event, Import.objects.get().new) == ("Order Completed", 1)
    assert 'name="event" value="Order Completed"' in page
    uploaded(client, b"customer,day\n2,1997-02-18\n", "next.csv", "events")
    assert Import.objects.order_by("pk").last().event == "Order Completed"


def test_a_dry_run_shows_the_money(workspace):
    client = visit()
    plans = b"account,subscription,plan,amount,currency,interval,started\na,s,Pro,1200.50,USD,year,2026-01-01\n"
    for kind, content in (("subscriptions", plans), ("spend", b"month,amount,currency\n2026-01,5000,USD\n")):
        uploaded(client, content, f"{kind}.csv", kind)
        of = Import.objects.get(kind=kind)
        check_import(of)
    jobs.run_stage("file_imports")

    plan, spent = (
        [r["changes"] for r in Import.objects.get(kind=kind).first_rows] for kind in ("subscriptions", "spend")
    )

    assert (plan[0]["amount"], plan[0]["interval"]) == ("1200.50 USD", "year")
    assert spent[0]["amount"] == "5000.00 USD"
    page = read(client.get(f"/settings/imports/{Import.objects.get(kind='spend').pk}/"))
    assert "What was spent" in page
    assert "Amount of one bill" not in page


def test_another_encoding_is_read_again(workspace):
    client = visit()
    uploaded(client, "name,city\n臺灣公司,臺北\n".encode("big5"), "a.csv")
    of = Import.objects.get()

    client.post(f"/settings/imports/{of.pk}/encoding/", {"encoding": "big5"})

    assert "臺灣公司" in read(client.get(f"/settings/imports/{of.pk}/"))


@pytest.mark.parametrize("role", [PermissionRole.VIEWER, PermissionRole.MEMBER])
def test_lesser_roles_import_nothing_and_see_no_rows(workspace, role):
    uploaded(visit())
    of = Import.objects.get()
    client = visit(role)

    page = read(client.get(f"/settings/imports/{of.pk}/"))

    assert "北京航运" not in page
    for door in ("columns", "encoding", "run", "undo", "remove"):
        assert client.post(f"/settings/imports/{of.pk}/{door}/").status_code == 403
    assert uploaded(client).status_code == 403
    assert client.get(f"/settings/imports/{of.pk}/refused.csv").status_code == 403


@pytest.mark.parametrize("kind", ["accounts", "people"])
def test_what_was_exported_changes_nothing_when_it_is_imported(workspace, tmp_path, kind):
    client = visit()
    key = "external_id" if kind == "accounts" else "user_id"
    lines = [
        {key: "a1", "name": "=Acme", "domain": "https://www.acme.example/x", "seats": 4, "tags": ["x", {"y": None}]},
        {key: "a2", "email": "b@acme.example", "createdAt": "2026-01-02", "is_partner": True, "code": "007"},
    ]
    uploaded(client, b"".join(json.dumps(line).encode() + b"\n" for line in lines), "in.jsonl", kind)
    _run(client)
    model = Account if kind == "accounts" else Person
    before = list(model.objects.order_by("pk").values("external_id", "name", "traits", "trait_times"))
    assert len(before) == 2

    exported = _whole(client.get(f"/{kind}/export.jsonl"))
    uploaded(client, exported, "out.jsonl", kind)
    _run(client)

    of = Import.objects.latest("pk")
    assert (of.new, of.changed, of.same, of.refused) == (0, 0, 2, 0)
    assert list(model.objects.order_by("pk").values("external_id", "name", "traits", "trait_times")) == before


def _run(client):
    of = Import.objects.latest("pk")
    client.post(f"/settings/imports/{of.pk}/run/")
    jobs.run_stage("file_imports")


def _whole(answer):
    async def read_all():
        return b"".join([portion async for portion in answer.streaming_content])

    return async_to_sync(read_all)()
