"""The portfolio over 100 000 accounts: how long its pages take, opened, sorted, narrowed, and as a map.

Every page is asked for as a browser does, through the whole product (sign-in, templates, and what nine domains say of
the fifty accounts of a page), once to warm up and once to measure: the list in every order, both ways, and deep in
it; narrowed by owner, stage, segment, signals, renewals, late tasks, traits and words; saved views that put these
together; and the map. The baseline is the same accounts as lists are usually asked for: all that pass counted, put in
order, and fifty taken from an offset, with no page around them; of the map, every account's numbers read and counted
into squares.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pyarrow as pa
from django.db import connection

from bench.rig import cpu_seconds, fresh_tenure, postgres_process
from bench.run import Figure

ACCOUNTS, OWNERS, DAYS, ROWS = 100_000, 40, 30, 50
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BAR = 150
USUAL_EVERY = 3
"""Of so many pages one is asked for as usual, too."""
DEEP = 20
"""So many pages down a list is read too."""
SORTS = ("name", "owner", "mrr", "last_seen_at", "signed_up_at", "health", "risk", "signals", "renewal", "task")
_TABLES = (
    "customers_account", "customers_accountsearchtext", "customers_accountfacts", "customers_person",
    "customers_affiliation", "customers_traitchange",
)  # fmt: skip
_LOT = """
    CREATE FUNCTION pg_temp.lot(n bigint, place bigint, among bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(n, place) & 1073741823) % among $$
"""
_FILL = (
    """
    INSERT INTO customers_account (id, workspace_id, external_id, name, domain, is_solo, traits, trait_times, owner_id,
                                   signed_up_at, first_seen_at, last_seen_at, churned_at)
    SELECT n, %(workspace)s, 'acct_' || n, initcap(substr(md5(n::text), 1, 6))
               || ' ' || initcap(substr(md5('x' || n), 1, 4)),
           substr(md5(n::text), 1, 6) || '.example', false,
           jsonb_build_object(
               'plan', (ARRAY['free', 'starter', 'team', 'business', 'enterprise'])[1 + pg_temp.lot(n, 3, 5)],
               'mrr', round(exp(pg_temp.lot(n, 4, 1000) / 110.0)), 'seats', pg_temp.lot(n, 5, 500),
               'health_score', pg_temp.lot(n, 6, 101), 'churn_risk', round((pg_temp.lot(n, 7, 1000) / 1000.0) ^ 3, 4),
               'touch_model', (ARRAY['high_touch', 'low_touch', 'tech_touch'])[1 + pg_temp.lot(n, 8, 3)],
               'lifecycle_stage', (ARRAY['trial', 'onboarding', 'active', 'renewing'])[1 + pg_temp.lot(n, 9, 4)])
               || CASE WHEN pg_temp.lot(n, 10, 50) = 0 THEN '{"vip": "gold"}' ELSE '{}' END::jsonb, '{}',
           (%(owners)s::bigint[])[1 + pg_temp.lot(n, 11, %(several)s)],
           %(now)s::timestamptz - pg_temp.lot(n, 12, 60000000) * interval '1 second',
           %(now)s::timestamptz - pg_temp.lot(n, 12, 60000000) * interval '1 second',
           %(now)s::timestamptz - pg_temp.lot(n, 13, 6000000) * interval '1 second',
           CASE WHEN pg_temp.lot(n, 14, 12) = 0 THEN %(now)s::timestamptz - interval '9 days' END
    FROM generate_series(1, %(accounts)s) AS n
    """,
    """
    INSERT INTO customers_person (id, workspace_id, external_id, email, name, traits, trait_times, is_anonymous,
                                  timezone, locale, first_seen_at)
    SELECT n, %(workspace)s, 'u' || n, 'u' || n || '@a.example', 'Person ' || n, '{}', '{}', false, '', '', %(now)s
    FROM generate_series(1, 2 * %(accounts)s) AS n
    """,
    """
    INSERT INTO customers_affiliation (workspace_id, person_id, account_id, role, is_primary, since, role_is_set)
    SELECT %(workspace)s, n, 1 + pg_temp.lot(n, 15, %(accounts)s), 'user', true, %(now)s, false
    FROM generate_series(1, 2 * %(accounts)s) AS n
    """,
    """
    INSERT INTO customers_accountsearchtext (account_id, workspace_id, said, name_key)
    SELECT id, workspace_id, customers_said(name, domain, external_id), lower(name) FROM customers_account
    """,
    """
    INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
    SELECT id, workspace_id, customers_facts(workspace_id, traits) FROM customers_account
    """,
    """
    INSERT INTO customers_traitchange (workspace_id, account_id, name, value, source, at, learnt_at)
    SELECT %(workspace)s, n, 'health_score', to_jsonb(pg_temp.lot(n, week, 101)), 'health', at, at
    FROM generate_series(1, %(accounts)s) AS n, generate_series(1, 6) AS week
    CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - week * interval '14 days' AS at) moment
    """,
)
_BESIDE = (
    """
    INSERT INTO signals_signal (workspace_id, account_id, kind, reason_key, status, severity, evidence, owner_id,
                                opened_at, refreshed_at, refreshed_times, close_reason, outcome, note)
    SELECT %(workspace)s, id, 'activity_decline', n::text, 'open', 0.5, '{}', owner_id, %(now)s, %(now)s, 0, '', '', ''
    FROM customers_account, generate_series(0, 1) AS n
    WHERE pg_temp.lot(id, 20, 30) = 0 AND (n = 0 OR pg_temp.lot(id, 21, 3) = 0)
    """,
    """
    INSERT INTO billing_ledgeraccount (workspace_id, account_id, status, mrr, by_currency, plan, lives, renews_at,
                                       worked_out_at)
    SELECT %(workspace)s, id, 'active', 100, '{}', '', '[]',
           %(now)s::timestamptz + pg_temp.lot(id, 22, 365) * interval '1 day', %(now)s
    FROM customers_account WHERE churned_at IS NULL
    """,
    """
    INSERT INTO playbooks_task (workspace_id, account_id, owner_id, position, kind, title, script, questions, minutes,
                                status, created_at, due_at, first_due_at, snoozed_times, calls_tried, note, instead_of)
    SELECT %(workspace)s, id, owner_id, 0, 'call', 'Call them', '', '[]', 15, 'open', %(now)s, due, due, 0, 0, '', ''
    FROM customers_account
    CROSS JOIN LATERAL (SELECT %(now)s::timestamptz + (pg_temp.lot(id, 23, 40) - 10) * interval '1 day' AS due) when_due
    WHERE pg_temp.lot(id, 24, 15) = 0
    """,
    """
    INSERT INTO activity_usestanding (workspace_id, account_id, judged_on, verdict, expected, actual)
    SELECT %(workspace)s, id, %(now)s, 'normal', 10, pg_temp.lot(id, 25, 14) FROM customers_account
    """,
)


def measure() -> Iterator[Figure]:
    """Fill a workspace; read every kind of page as a browser does, and its accounts as lists are usually asked for."""
    with fresh_tenure() as database:
        from django.test import Client

        from tenure.kernel import clock, tenancy
        from tests.given import given_member, given_workspace

        workspace = given_workspace()
        with clock.simulated(NOW), tenancy.scope(workspace.pk):
            members = [given_member(f"Member {n}") for n in range(OWNERS)]
            _fill(workspace.pk, [m.pk for m in members])
            server = postgres_process(database)
            browser = Client(SERVER_NAME="localhost")
            browser.force_login(members[0].user)
            for kind, addresses in _reads(browser, members[0]).items():
                ours, theirs, worked = [], [], []
                for n, address in enumerate(addresses):
                    took, cpu = _timed(lambda address=address: _page(browser, address), server)  # type: ignore[misc]
                    ours.append(took)
                    worked.append(cpu)
                    if n % USUAL_EVERY:
                        continue
                    usual = _usual_map if "/map/" in address else _usual_list
                    theirs.append(_timed(lambda a=address, usual=usual: usual(a), server)[0])  # type: ignore[misc]
                yield Figure(
                    figure=f"{kind} {ACCOUNTS:,} accounts, p95 of {len(addresses)}; usual: offsets and counts, no page",
                    value=float(np.percentile(ours, 95)) * 1_000,
                    unit="ms",
                    baseline=float(np.percentile(theirs, 95)) * 1_000,
                    bar=BAR,
                    keep="at most",
                )
                slowest = addresses[int(np.argmax(ours))]
                half = np.percentile(ours, 50) * 1_000
                yield Figure(
                    figure=f"… processor time of both sides, mean (p50 {half:.0f} ms; slowest {slowest})",
                    value=float(np.mean(worked)) * 1_000,
                    unit="ms",
                )


def _reads(browser: Any, member: Any) -> dict[str, list[str]]:
    from tenure.segments.actions import define_segment
    from tenure.segments.types import Subject
    from tenure.workspaces import actions as workspaces

    bigger = {"kind": "trait", "name": "seats", "operator": "more_than", "value": 400}
    segment = define_segment("Larger teams", subject=Subject.ACCOUNT, condition=bigger)
    narrowed = (
        f"owner={member.pk}", "owner=none", "stage=churned", "stage=active", f"segment={segment.pk}", "signals=1",
        "renews=30", "late=1", "seen_more=14", "seen_less=3", "q=ab", "q=abc1", "trait=plan:is:team",
        "trait=churn_risk:more_than:0.3", "trait=health_score:less_than:40", "trait=mrr:more_than:3000",
        "trait=touch_model:is:high_touch", "trait=lifecycle_stage:is:renewing", "trait=vip:is_set:",
    )  # fmt: skip
    saved = (
        f"owner={member.pk}&sort=-risk",
        f"owner={member.pk}&signals=1&sort=-mrr",
        f"owner={member.pk}&trait=health_score:less_than:50&sort=renewal",
        "trait=touch_model:is:high_touch&trait=churn_risk:more_than:0.5&sort=-mrr",
        "trait=lifecycle_stage:is:renewing&renews=60&sort=renewal",
        "seen_more=14&trait=plan:is:enterprise&sort=health",
        "signals=1&sort=-signals",
        "late=1&sort=task",
    )
    for n, query in enumerate(saved):
        workspaces.save_view(f"View {n}", page="accounts", query=query, by=member)
    orders = [f"/accounts/?sort={way}{sort}" for sort in SORTS for way in ("", "-")]
    return {
        "the portfolio opened and sorted by each column, of": orders,
        f"{DEEP} pages down it, of": [_deep(browser, order) for order in orders],
        "narrowed, in three orders, of": [
            f"/accounts/?{one}&sort={sort}" for one in narrowed for sort in ("name", "-mrr", "-risk")
        ],
        "by saved views, of": [f"/accounts/?{query}" for query in saved] * 3,
        "the map, of all and narrowed, of": [
            f"/portfolio/map/?{one}" for one in ("sort=name", *narrowed, *saved) if not one.startswith("q=")
        ],
    }


def _page(browser: Any, address: str) -> str:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return str(answer.content.decode())


def _deep(browser: Any, order: str) -> str:
    """Go down a list page by page; returns the address of a place in it."""
    from tenure.customers import queries
    from tenure.kernel import clock
    from tenure.web.pages.accounts.narrowed import ranking_of

    sort, cursor = parse_qs(urlsplit(order).query)["sort"][0], ""
    for _ in range(DEEP):
        page = queries.accounts_list(sort=sort, cursor=cursor, limit=ROWS, ranking=ranking_of(sort, clock.now()))
        cursor = page.next_cursor
    return f"{order}&cursor={cursor}"


def _usual_list(address: str) -> int:
    """Count what passes, put it in order, and take fifty from an offset."""
    from django.db.models import F, FloatField
    from django.db.models.fields.json import KT
    from django.db.models.functions import Cast
    from django.http import QueryDict

    from tenure.customers import queries
    from tenure.web.pages.accounts.list_view import AccountsView
    from tenure.web.pages.accounts.listing import wanted_of

    query = QueryDict(urlsplit(address).query)
    view = AccountsView.of(query)
    found = queries.accounts_matching(wanted_of(view))
    keys = {"mrr": "mrr", "health": "health_score", "risk": "churn_risk"}
    sort = view.sort.removeprefix("-")
    if sort in keys:
        found = found.annotate(key=Cast(KT(f"traits__{keys[sort]}"), FloatField()))
        order = F("key")
    else:
        order = F(sort if sort in ("last_seen_at", "signed_up_at") else "name")
    begin = DEEP * ROWS if query.get("cursor") else 0
    count = found.order_by().count()
    rows = found.order_by(order.desc(nulls_last=True) if view.sort.startswith("-") else order.asc(nulls_last=True))
    return count + len(rows[begin : begin + ROWS])


def _usual_map(address: str) -> int:
    """Read the numbers of every account, and count them into squares."""
    from django.http import QueryDict

    from tenure.customers import queries
    from tenure.web.pages.accounts.list_view import AccountsView
    from tenure.web.pages.accounts.listing import wanted_of

    view = AccountsView.of(QueryDict(urlsplit(address).query))
    rows = queries.accounts_matching(wanted_of(view)).values_list("traits__mrr", "traits__churn_risk")
    squares = Counter((len(str(mrr)), round(risk * 10)) for mrr, risk in rows if mrr is not None and risk is not None)
    return len(squares)


def _timed(ask: Callable[[], object], server: Any) -> tuple[float, float]:
    """Return how long it took and the processor time of both sides, the second time it is asked."""
    ask()
    before, began = cpu_seconds(server) + time.process_time(), time.perf_counter()
    ask()
    took = time.perf_counter() - began
    return took, cpu_seconds(server) + time.process_time() - before


def _fill(workspace_id: int, owners: list[int]) -> None:
    named: dict[str, Any] = {
        "workspace": workspace_id,
        "accounts": ACCOUNTS,
        "owners": owners,
        "several": OWNERS,
        "now": NOW,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_LOT)
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)",
            [list(_TABLES)],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for statement in _FILL:
            cursor.execute(statement, named)
        for _, made in indexes:
            cursor.execute(made)
        cursor.execute("SET session_replication_role = origin")
        for statement in _BESIDE:
            cursor.execute(statement, named)
        cursor.execute("VACUUM ANALYZE")
    _fill_lake(workspace_id)


def _fill_lake(workspace_id: int) -> None:
    """Write thirty days of use, two accounts in five a day."""
    from tenure.lake import tables
    from tenure.tracking.types.lake import ACCOUNT_DAY

    rng = np.random.default_rng(7)
    for n in range(DAYS):
        ids = np.sort(rng.choice(ACCOUNTS, ACCOUNTS * 2 // 5, replace=False) + 1)
        rows = {
            "account_id": ids,
            "events": rng.integers(1, 90, len(ids)),
            "active_people": rng.integers(1, 9, len(ids)),
            "dt": pa.array([(NOW - timedelta(days=n)).date()] * len(ids), pa.date32()),
        }
        tables.append(workspace_id, ACCOUNT_DAY, pa.table(rows))
