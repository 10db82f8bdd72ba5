"""The lists of accounts and people: how long a page takes among very many, sorted, searched and narrowed.

A tenth of a million accounts and half a million people; TENURE_BENCH_PEOPLE=5000000 for the long form, with a fifth as
many accounts. They are put into PostgreSQL set by set, as a restored backup would be. Then pages are read as the two
pages of the product read them: the first, deep ones by cursor, in every order, both ways; for fragments of the names,
addresses and domains of people and accounts drawn by lot; for traits; and each with its count.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
from django.db import connection

from bench.rig import cpu_seconds, fresh_tenure, postgres_process
from bench.run import Figure

PEOPLE = int(os.environ.get("TENURE_BENCH_PEOPLE", "500000"))
ACCOUNTS = PEOPLE // 5
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROWS, SEARCHES, DEPTHS = 50, 60, (0, 3, 30)
BAR = 150

_SYLLABLES = (
    "{ka,lo,mi,ren,to,su,ve,dra,nor,bel,fin,gar,hol,jen,kir,lan,mar,nils,os,pet,quin,ros,sten,tor,ulf,vik,wes,yor,zan,"
    "el,an,ber,chen,dahl,es,fo,gu,har,is,ju}"
)
_FIRST = (
    "{Ada,Ben,Carla,Dmitri,Elena,Farid,Grace,Hiro,Ines,Jonas,Karin,Liam,Mei,Nadia,Omar,Priya,Quentin,Rosa,Sven,Tara,Uma,"
    "Viktor,Wei,Xenia,Yusuf,Zoe,Amelie,Björn,Chloe,Daniel,Emil,Fatima,Georg,Hannah,Ivan,Julia,Kofi,Lena,Marco,Nils}"
)
_WORLD = f"""
CREATE FUNCTION pg_temp.lot(n bigint, of_what text, among bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT abs(hashtextextended(of_what, n)::numeric % among)::bigint $$;
CREATE FUNCTION pg_temp.word(n bigint, of_what text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT ('{_SYLLABLES}'::text[])[1 + pg_temp.lot(n, of_what || 'a', 40)]
        || ('{_SYLLABLES}'::text[])[1 + pg_temp.lot(n, of_what || 'b', 40)]
        || CASE WHEN pg_temp.lot(n, of_what, 3) > 0
                THEN ('{_SYLLABLES}'::text[])[1 + pg_temp.lot(n, of_what || 'c', 40)] ELSE '' END $$;
"""
_ACCOUNTS = """
INSERT INTO customers_account (id, workspace_id, external_id, name, domain, is_solo, traits, trait_times, owner_id,
                               signed_up_at, first_seen_at, last_seen_at, churned_at)
SELECT n, %(workspace)s, 'acct_' || n, initcap(word) || ' ' || (ARRAY['Logistics', 'Foods', 'Labs', 'Systems', 'Health',
           'Media', 'Energy', 'Robotics', 'Bank', 'Travel'])[1 + pg_temp.lot(n, 'line', 10)],
       word || (ARRAY['.com', '.io', '.de', '.tw'])[1 + pg_temp.lot(n, 'end', 4)], false,
       jsonb_build_object(
           'plan', (ARRAY['free', 'starter', 'team', 'business', 'enterprise'])[1 + pg_temp.lot(n, 'plan', 5)],
           'mrr', pg_temp.lot(n, 'mrr', 4000), 'seats', pg_temp.lot(n, 'seats', 500),
           'industry', (ARRAY['saas', 'retail', 'health', 'finance', 'media', 'travel'])[1 + pg_temp.lot(n, 'in', 6)])
           || CASE WHEN pg_temp.lot(n, 'rare', 5000) = 0 THEN '{"beta": "yes"}' ELSE '{}' END::jsonb, '{}',
       (%(owners)s::bigint[])[1 + pg_temp.lot(n, 'owner', 12)],
       moment, moment, CASE WHEN pg_temp.lot(n, 'seen', 9) > 0
                            THEN %(now)s - pg_temp.lot(n, 'last', 9000000) * interval '1 second' END,
       CASE WHEN pg_temp.lot(n, 'churn', 8) = 0 THEN %(now)s END
FROM (SELECT n, pg_temp.word(n, 'company') || '-' || pg_temp.word(n, 'name') AS word,
             %(now)s - pg_temp.lot(n, 'first', 60000000) * interval '1 second' AS moment
      FROM generate_series(1, %(accounts)s) AS n) AS made
"""
_PEOPLE = f"""
INSERT INTO customers_person (id, workspace_id, external_id, email, name, traits, trait_times, is_anonymous, timezone,
                              locale, first_seen_at, last_seen_at)
SELECT n, %(workspace)s, 'u' || n, lower(first) || '.' || last || '@' || a.domain,
       CASE pg_temp.lot(n, 'named', 12)
           WHEN 0 THEN ''
           WHEN 1 THEN (ARRAY['王', '李', '張', '陳', '林', '黃', '吴', '刘'])[1 + pg_temp.lot(n, 'family', 8)]
               || chr((19968 + pg_temp.lot(n, 'given', 3000))::int)
               || chr((19968 + pg_temp.lot(n, 'second', 3000))::int)
           ELSE first || ' ' || initcap(last) END,
       '{{"title": "Engineer"}}', '{{}}', false, '', '', moment,
       CASE WHEN pg_temp.lot(n, 'seen', 7) > 0
            THEN %(now)s - pg_temp.lot(n, 'last', 9000000) * interval '1 second' END
FROM (SELECT n, ('{_FIRST}'::text[])[1 + pg_temp.lot(n, 'first', 40)] AS first, pg_temp.word(n, 'last') AS last,
             1 + pg_temp.lot(n, 'at', %(accounts)s) AS account_id,
             %(now)s - pg_temp.lot(n, 'came', 60000000) * interval '1 second' AS moment
      FROM generate_series(1, %(people)s) AS n) AS made
JOIN customers_account a ON a.id = made.account_id
"""
_PLACES = """
INSERT INTO customers_affiliation (workspace_id, person_id, account_id, role, is_primary, since, role_is_set)
SELECT %(workspace)s, n, 1 + pg_temp.lot(n, 'at', %(accounts)s), 'user', true, %(now)s, false
FROM generate_series(1, %(people)s) AS n
"""
_BESIDE = (
    """INSERT INTO customers_personsearchtext (person_id, workspace_id, said)
    SELECT id, workspace_id, customers_said(name, email, external_id) FROM customers_person""",
    """INSERT INTO customers_accountsearchtext (account_id, workspace_id, said)
    SELECT id, workspace_id, customers_said(name, domain, external_id) FROM customers_account""",
    """INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
    SELECT id, workspace_id, customers_facts(workspace_id, traits) FROM customers_account""",
)
_TABLES = ("account", "person", "affiliation", "accountsearchtext", "personsearchtext", "accountfacts")


def measure() -> Iterator[Figure]:
    """Fill a workspace, then read every kind of page once to warm up and once to measure."""
    with fresh_tenure() as database:
        from tenure.kernel import clock, tenancy
        from tests.given import given_member, given_workspace

        workspace = given_workspace()
        with clock.simulated(NOW), tenancy.scope(workspace.pk):
            owners = [given_member(f"Member {n}").pk for n in range(12)]
            _fill(workspace.pk, owners)
            server = postgres_process(database)
            for subject, reads in (("people", _people_reads()), ("accounts", _account_reads())):
                for kind, asks in reads.items():
                    took, worked = [], []
                    for ask in asks:
                        ask()
                        before, began = cpu_seconds(server) + time.process_time(), time.perf_counter()
                        ask()
                        took.append(time.perf_counter() - began)
                        worked.append(cpu_seconds(server) + time.process_time() - before)
                    many = PEOPLE if subject == "people" else ACCOUNTS
                    yield Figure(
                        figure=f"{kind} {many:,} {subject}, p95 of {len(asks)}",
                        value=float(np.percentile(took, 95)) * 1_000,
                        unit="ms",
                        bar=BAR,
                        keep="at most",
                    )
                    yield Figure(
                        figure=f"… processor time of both sides, mean (p50 {np.percentile(took, 50) * 1_000:.0f} ms)",
                        value=float(np.mean(worked)) * 1_000,
                        unit="ms",
                    )


def _fill(workspace_id: int, owners: list[int]) -> None:
    named: dict[str, Any] = {
        "workspace": workspace_id,
        "accounts": ACCOUNTS,
        "people": PEOPLE,
        "now": NOW,
        "owners": owners,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SET maintenance_work_mem = '1GB'; SET synchronous_commit = off; SET session_replication_role = replica"
        )
        cursor.execute(_WORLD)
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)",
            [[f"customers_{table}" for table in _TABLES]],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for statement in (_ACCOUNTS, _PEOPLE, _PLACES):
            cursor.execute(statement, named)
        for statement in _BESIDE:
            cursor.execute(statement)
        for _, made in indexes:
            cursor.execute(made)
        cursor.execute("SET session_replication_role = origin")
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE customers_{table}")


Reads = dict[str, list[Callable[[], Any]]]


def _people_reads() -> Reads:
    from tenure.customers import queries

    def read(words: str, sort: str, cursor: str = "") -> Callable[[], Any]:
        return lambda: queries.people_list(words, sort=sort, cursor=cursor, limit=ROWS)

    sorts = ("name", "email", "first_seen_at", "last_seen_at")
    words = _fragments("customers_person", ("name", "email", "external_id"), PEOPLE)
    return {
        "sorted and paged:": [
            read("", sort, cursor)
            for sort in _both_ways(sorts)
            for cursor in _cursors(partial(queries.people_list, "", sort=sort, limit=500))
        ],
        "searched:": [read(word, "name") for word in words] + [read(word, "-last_seen_at") for word in words[::3]],
    }


def _account_reads() -> Reads:
    from tenure.customers import queries
    from tenure.customers.types import AccountFilter, Stage, TraitFilter, TraitTest

    def read(chosen: AccountFilter, sort: str, cursor: str = "") -> Callable[[], Any]:
        return lambda: queries.accounts_list(chosen, sort=sort, cursor=cursor, limit=ROWS)

    def trait(name: str, test: TraitTest, value: str = "") -> AccountFilter:
        return AccountFilter(traits=(TraitFilter(name=name, test=test, value=value),))

    sorts = ("name", "owner", "mrr", "last_seen_at", "signed_up_at")
    words = _fragments("customers_account", ("name", "domain", "external_id"), ACCOUNTS)
    narrowed = [
        trait("plan", TraitTest.IS, "Team"), trait("beta", TraitTest.IS, "yes"), trait("beta", TraitTest.IS_SET),
        trait("industry", TraitTest.CONTAINS, "ea"), trait("beta", TraitTest.CONTAINS, "es"),
        trait("seats", TraitTest.MORE_THAN, "450"), AccountFilter(stages=(Stage.CHURNED,)),
        AccountFilter(stages=(Stage.WON_BACK,)), AccountFilter(without_owner=True),
    ]  # fmt: skip
    return {
        "sorted and paged:": [
            read(AccountFilter(), sort, cursor)
            for sort in _both_ways(sorts)
            for cursor in _cursors(partial(queries.accounts_list, sort=sort, limit=500))
        ],
        "searched:": [read(AccountFilter(search=word), "name") for word in words]
        + [read(AccountFilter(search=word), "-mrr") for word in words[::3]],
        "narrowed by traits and more:": [read(one, sort) for one in narrowed for sort in ("name", "-mrr", "owner")],
    }


def _both_ways(sorts: tuple[str, ...]) -> list[str]:
    return [way + sort for sort in sorts for way in ("", "-")]


def _cursors(page_of: Callable[..., Any]) -> list[str]:
    """Go down a list by pages of 500; returns cursors to places in it."""
    cursor, found = "", []
    for depth in range(max(DEPTHS) + 1):
        if depth in DEPTHS:
            found.append(cursor)
        cursor = page_of(cursor=cursor).next_cursor
    return found


def _fragments(table: str, columns: tuple[str, ...], among: int) -> list[str]:
    """Cut what people would type out of what rows drawn by lot are called: the beginning of a word, or its middle."""
    rng = np.random.default_rng(7)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE id = ANY(%s) ORDER BY id",
            [(rng.choice(among, SEARCHES, replace=False) + 1).tolist()],
        )
        found = cursor.fetchall()
    words = []
    for number, row in enumerate(found):
        text = row[number % len(row)] or row[1]
        length = int(rng.integers(3, 12))
        begin = 0 if number % 2 else int(rng.integers(0, max(len(text) - length, 1)))
        words.append(text[begin : begin + length])
    return words
