"""Facts about companies: from files and providers, told to accounts by their domain."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connectors.company_facts import actions, asking, queries
from tenure.connectors.company_facts.asking import check_address
from tenure.connectors.company_facts.errors import PaceUnusable, ProviderAddressUnusable
from tenure.connectors.company_facts.models import CompanyFacts
from tenure.connectors.company_facts.rules import read_row
from tenure.connectors.csv_events.types import Refused
from tenure.connectors.files import reading, wording
from tenure.connectors.files.errors import ColumnsUnusable
from tenure.connectors.files.types import Kind
from tenure.customers import actions as customers_actions
from tenure.customers import queries as customers
from tenure.kernel import jobs
from tenure.workspaces.queries import audit_trail
from tests.connectors.files.given import counts, imported, refusals
from tests.customers.calls import grouped
from tests.given import given_member

NOW = datetime(2026, 3, 9, tzinfo=UTC)


def account(group: str, **traits: Any) -> int:
    return customers_actions.resolve_calls([grouped(0, group_id=group, traits=traits)]).account_ids[0]


def facts_of(pk: int) -> dict[str, Any]:
    return {k: v for k, v in customers.account(pk).traits.items() if k not in ("domain", "name")}


def test_a_file_becomes_traits_of_accounts_with_the_domain(workspace, tmp_path, at):
    at(NOW)
    fjord, gmail = account("fjord", domain="www.fjord.example"), account("ann", domain="gmail.com")
    file = tmp_path / "brands.csv"
    file.write_text(
        "﻿Domain,Name,Total funding USD,Last round,Last round date,Followers,Brand list\n"
        "https://fjord.example/about,Fjord ASA,$3.2M,Series B,2026-01-05,12 400,Global 500\n"
        "gmail.com,Google,,,,,\n"
        "kestrel.example,Kestrel,lots,,,,\n"
        "other.example,,,,,,\n",
        encoding="utf-8",
    )

    done = imported(reading.look_over(file), Kind.COMPANIES)

    assert facts_of(fjord) == {
        "company_name": "Fjord ASA",
        "funding_total_usd": 3_200_000,
        "funding_last_round": "Series B",
        "funding_last_round_on": "2026-01-05",
        "social_followers": 12_400,
        "brand_list": "Global 500",
    }
    assert facts_of(gmail) == {}
    assert (done.rows, *counts(done)) == (4, 1, 0, 0, 3)
    assert refusals(done) == [(3, "no_company_domain"), (4, "fact_unreadable"), (5, "no_fact")]
    sources = {t.name: t.source for t in customers.known_traits("account", fjord)}
    assert sources["brand_list"] == "company facts brands.csv"


def test_an_account_that_comes_later_is_told(workspace, tmp_path, at):
    at(NOW)
    file = tmp_path / "brands.csv"
    file.write_text("domain,followers\nfjord.example,7\n")
    imported(reading.look_over(file), Kind.COMPANIES)
    fjord = account("fjord", domain="fjord.example")

    jobs.run_stage("company_facts", NOW)

    assert facts_of(fjord) == {"social_followers": 7}


def test_refuses_a_file_without_domains(workspace, tmp_path):
    file = tmp_path / "brands.csv"
    file.write_text("name\nFjord\n")
    with pytest.raises(ColumnsUnusable, match="Which column is the domain"):
        imported(reading.look_over(file), Kind.COMPANIES)
    assert not CompanyFacts.objects.exists()


class Provider:
    """A provider of facts on loopback."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.knows: dict[str, Any] = {}
        self.status = 200
        self.fails_on: set[str] = set()
        self.trickles = False
        self.retry_after = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                domain = self.path.rpartition("=")[2]
                outer.asked.append((domain, self.headers.get("Authorization", "")))
                found = outer.knows.get(domain)
                self.send_response(500 if domain in outer.fails_on else outer.status if found is not None else 404)
                self.send_header("Location", "http://127.0.0.1/elsewhere")
                if outer.retry_after:
                    self.send_header("Retry-After", outer.retry_after)
                self.end_headers()
                for _ in range(500 if outer.trickles else 0):  # or until nobody listens any more
                    try:
                        self.wfile.write(b" ")
                    except OSError:
                        return
                    time.sleep(0.02)
                self.wfile.write(json.dumps(found).encode())

            def log_message(self, *said: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/companies?domain={{domain}}"


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    settings.TENURE_FACTS_ON_LOOPBACK = True
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_a_provider_is_asked_once_a_day(workspace, provider, at):
    at(NOW)
    fjord, unknown = account("fjord", domain="fjord.example"), account("k", domain="kestrel.example")
    account("free", domain="qq.com")
    provider.knows = {"fjord.example": {"name": "Fjord", "total_funding_usd": 5_000_000, "last_round": "Seed"}}
    ada = given_member()
    actions.set_provider(provider.url, "s3cret", by=ada)

    jobs.run_stage("company_facts", NOW)
    jobs.run_stage("company_facts", NOW + timedelta(minutes=2))

    assert provider.asked == [("fjord.example", "Bearer s3cret"), ("kestrel.example", "Bearer s3cret")]
    assert facts_of(fjord) == {"company_name": "Fjord", "funding_total_usd": 5_000_000, "funding_last_round": "Seed"}
    assert facts_of(unknown) == {}
    provider.knows["fjord.example"]["total_funding_usd"] = 9
    jobs.run_stage("company_facts", NOW + timedelta(days=1, minutes=3))
    assert facts_of(fjord)["funding_total_usd"] == 9
    assert "s3cret" not in json.dumps(list(audit_trail().values("details", "subject")), default=str)


def test_a_failure_is_said_and_a_redirect_is_not_followed(workspace, provider, at):
    at(NOW)
    account("fjord", domain="fjord.example")
    provider.knows, provider.status = {"fjord.example": {}}, 302
    actions.set_provider(provider.url, "", by=None)

    assert actions.ask_provider(now=NOW) == 0

    known = queries.provider()
    assert known is not None
    assert known.error == "127.0.0.1 answered 302."
    actions.set_provider("", "", by=None)
    assert queries.provider() is None


def test_one_it_fails_on_holds_up_nobody_else(workspace, provider, at):
    at(NOW)
    fails = [account(name, domain=f"{name}.example") for name in ("aaa", "bbb")]
    fjord = account("fjord", domain="fjord.example")
    provider.knows = {f"{name}.example": {"followers": n} for n, name in enumerate(("aaa", "bbb", "fjord"), 1)}
    provider.fails_on = {"aaa.example", "bbb.example"}
    actions.set_provider(provider.url, "", by=None)

    assert actions.ask_provider(now=NOW) == 1

    assert facts_of(fjord) == {"social_followers": 3}
    assert queries.provider().error == "127.0.0.1 answered 500."
    assert (queries.companies_known(), len(queries.facts_about())) == ({"provider": 1}, 1)
    provider.fails_on, provider.asked[:] = set(), []
    assert actions.ask_provider(now=NOW + timedelta(minutes=59)) == 0
    assert actions.ask_provider(now=NOW + timedelta(minutes=61)) == 2
    assert [domain for domain, _ in provider.asked] == ["aaa.example", "bbb.example"]
    assert [facts_of(pk) for pk in fails] == [{"social_followers": 1}, {"social_followers": 2}]


def test_a_provider_that_is_away_is_left_alone_and_what_was_known_stays(workspace, provider, at):
    at(NOW)
    names = ("aaa", "bbb", "ccc", "ddd")
    for name in names:
        account(name, domain=f"{name}.example")
    provider.knows = {f"{name}.example": {"followers": 7} for name in names}
    actions.set_provider(provider.url, "", by=None)
    assert actions.ask_provider(now=NOW) == 4
    later = NOW + timedelta(days=1, minutes=1)
    provider.fails_on, provider.asked[:] = set(provider.knows), []

    assert actions.ask_provider(now=later) == 0
    assert actions.ask_provider(now=later + timedelta(minutes=1)) == 0

    assert [domain for domain, _ in provider.asked] == [f"{name}.example" for name in names]
    assert [f.facts for f in queries.facts_about()] == [{"social_followers": 7}] * 4


def test_a_provider_is_asked_at_its_own_pace_whoever_waited_longest_first(workspace, provider, at):
    at(NOW)
    for name in ("aaa", "bbb", "ccc"):
        account(name, domain=f"{name}.example")
    actions.set_provider(provider.url, "", by=None, per_minute=2)

    for minutes in (0, 1):
        actions.ask_provider(now=NOW + timedelta(minutes=minutes))
    account("aab", domain="aab.example")
    actions.ask_provider(now=NOW + timedelta(days=1, minutes=1))

    assert [domain for domain, _ in provider.asked] == [
        "aaa.example", "bbb.example", "ccc.example", "aab.example", "aaa.example",
    ]  # fmt: skip
    assert queries.progress_of_asking(NOW + timedelta(days=1, minutes=1)) == (4, 2)
    with pytest.raises(PaceUnusable):
        actions.set_provider(provider.url, "", by=None, per_minute=1_001)
    assert queries.provider().per_minute == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_provider_that_asks_to_be_left_alone_is(workspace, provider, at, status):
    at(NOW)
    for name in ("aaa", "bbb"):
        account(name, domain=f"{name}.example")
    provider.knows = {f"{name}.example": {"followers": 7} for name in ("aaa", "bbb")}
    provider.status, provider.retry_after = status, "600"
    actions.set_provider(provider.url, "", by=None)

    asked = [actions.ask_provider(now=NOW + timedelta(minutes=minutes)) for minutes in (0, 1, 9)]

    assert (asked, len(provider.asked)) == ([0, 0, 0], 1)
    assert queries.provider().error == f"127.0.0.1 answered {status}: it is left alone for 600 s."
    provider.status, provider.retry_after = 200, ""
    assert actions.ask_provider(now=NOW + timedelta(minutes=10)) == 2
    assert (queries.provider().error, queries.provider().busy_until) == ("", None)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("", 60), ("5", 60), ("120", 120), ("999999", 86_400), ("Mon, 09 Mar 2026 00:05:00 GMT", 300), ("soon", 60),
        ("Mon, 09 Mar 1990 00:05:00 GMT", 60), ("-7", 60),
    ],
)  # fmt: skip
def test_how_long_a_provider_is_left_alone(said, seconds):
    assert asking.seconds_to_wait(said, NOW) == seconds


def test_an_answer_that_trickles_in_is_cut_off(workspace, provider, at, monkeypatch):
    at(NOW)
    account("fjord", domain="fjord.example")
    provider.knows = {"fjord.example": {"followers": 7}}
    provider.trickles = True
    actions.set_provider(provider.url, "", by=None)
    monkeypatch.setattr(asking, "TIMEOUT", 0.2)

    assert actions.ask_provider(now=NOW) == 0

    assert "did not answer" in queries.provider().error


def test_a_host_that_leads_inside_by_now_is_not_asked_and_stops_no_other_workspace(workspace, provider, at, settings):
    at(NOW)
    account("fjord", domain="fjord.example")
    actions.set_provider(provider.url, "", by=None)
    settings.TENURE_FACTS_ON_LOOPBACK = False

    jobs.run_stage("company_facts", NOW)

    assert provider.asked == []
    assert queries.provider().error.startswith("A provider's address begins with https://")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("$3.2M", 3_200_000), ("3,2M", 3_200_000), ("3,200", 3_200), ("1,234,567.89", 1_234_567), ("12 400", 12_400),
        ("0.1b", 100_000_000), ("USD 750k", 750_000), ("1.234.567", None), ("1,23,456", None), ("a lot", None),
    ],
)  # fmt: skip
def test_reads_amounts_as_people_write_them(said, read):
    row = {"domain": "fjord.example", "funding": said}
    if read is None:
        with pytest.raises(Refused):
            read_row(row)
    else:
        assert read_row(row).facts == {"funding_total_usd": read}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/{domain}",
        "https://127.0.0.1/{domain}",
        "https://10.0.0.8/{domain}",
        "https://169.254.169.254/latest/{domain}",
        "https://[::1]/{domain}",
        "https://[::ffff:127.0.0.1]/{domain}",
        "https://[64:ff9b::7f00:1]/{domain}",
        "https://[2002:7f00:1::]/{domain}",
        "https://localhost/{domain}",
        "https://user:word@93.184.216.34/{domain}",
        "https://93.184.216.34/",
        "file:///etc/passwd?{domain}",
        "https://[/{domain}",
    ],
)
def test_refuses_addresses_that_lead_inside(workspace, url):
    with pytest.raises(ProviderAddressUnusable):
        actions.set_provider(url, "", by=None)
    assert queries.provider() is None


def test_takes_a_public_address():
    check_address("https://93.184.216.34/companies/{domain}")


@given(st.dictionaries(st.sampled_from(["domain", "name", "funding", "followers", "date"]), st.text() | st.integers()))
def test_any_row_is_read_or_refused_with_a_reason(row):
    try:
        said = read_row(row).domain
    except Refused as refused:
        said = wording.reason(refused.code, refused.particulars)

    assert said not in ("", *wording.REASONS)
