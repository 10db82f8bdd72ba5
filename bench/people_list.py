"""The lists of accounts and people: how long a page takes among very many, sorted, searched and narrowed.

A tenth of a million accounts and half a million people; TENURE_BENCH_PEOPLE=5000000 for the long form, with a fifth as
many accounts. They are put into PostgreSQL set by set, as a restored backup would be. Then pages are read as the two
pages of the product read them: the first, deep ones by cursor, in every order, both ways; for fragments of the names,
addresses and domains of people and accounts drawn by lot; for traits; and each with its count.
"""

import dataclasses
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

_FIRST = """
James Maria Wei Ana David Anna Michael Sofia Mohammed Laura John Yuki Thomas Elena Daniel Julia Ahmed Sara Robert Emma
Carlos Priya Peter Nina Paul Fatima Mark Lucia Andreas Marta Luis Clara Martin Eva Ali Lena Jan Olga Juan Ines Stefan
Aisha Tom Hannah Marco Alice Hiro Irina Pedro Mei Lukas Carla Omar Julie Max Nadia Ivan Karin Felix Rosa Jonas Chloe
Simon Zoe Victor Amelie Adam Ingrid Leo Camille Oscar Tanya Erik Monica Ben Claire Hugo Petra Sven Diana Noah Helena
Liam Leila Kofi Amara Rahul Deepa Arjun Kavya Kenji Sakura Jun Haruka Minho Jisoo Tuan Linh Somchai Ploy Budi Dewi
Jakub Zofia Piotr Ewa Milan Jana Andrei Ioana Nikola Milica Dimitris Eleni Mehmet Elif Emre Zeynep Yusuf Noor Tariq
Layla Chidi Ngozi Kwame Abena Thabo Lerato Tendai Rudo Diego Valentina Mateo Camila Thiago Beatriz Rafael Larissa
Oliver Charlotte Harry Grace Jack Ruby George Florence Henry Matilda Arthur Edith Walter Agnes Bjorn Astrid Lars Freja
Anders Sigrid Mikko Aino Janne Helmi Pieter Sanne Bram Femke Jeroen Lotte Luca Giulia Matteo Chiara Paolo Silvia
Antoine Margaux Etienne Solene Quentin Manon Jurgen Heike Uwe Silke Dirk Anke Xavier Montse Jordi Neus Aled Cerys
Callum Eilidh Sean Niamh Conor Aoife Boris Galina Oleg Svetlana
"""
_LAST = """
Smith Garcia Muller Wang Silva Kim Nguyen Singh Martin Johnson Tanaka Rossi Ivanov Brown Lopez Chen Jones Schmidt Ali
Kumar Santos Williams Fernandez Kowalski Dubois Andersson Hansen Novak Popescu Papadopoulos Yilmaz Khan Okafor Mensah
Dlamini Moyo Davies Taylor Murphy Kelly Larsen Virtanen Jansen Visser Bakker Ricci Greco Laurent Moreau Weber Fischer
Becker Wagner Sato Suzuki Takahashi Park Lee Choi Tran Pham Wongsuwan Wijaya Sharma Patel Reddy Gupta Rahman Hussain
Haddad Nasser Cohen Levi Petrov Sokolov Horvat Nagy Toth Svoboda Dvorak Costa Pereira Almeida Romero Torres Vargas
"""
_STEMS = """
Acker Alder Ash Bal Barn Berg Birch Black Bran Brook Burn Cal Carl Castle Clay Cole Cran Dal Darn Dell Drake East Eck
Elder Ell Ever Fair Falk Farn Field Fletch Ford Free Gar Glen Gold Grant Green Hag Hall Hart Hayd Haw Hazel Heath Hill
Holm Horn Hum Ire Jes Kel Kirch Kirk Krag Lach Lang Lark Lin Lind Lock Lund Mal Marl May Mill Mont Moor Nor North Oak
Old Os Par Pem Pick Quin Rad Ram Red Rich Ross Row Sand Sax Shel Sher Stan Stein Stock Storm Strand Sutt Tal Thorn Til
Trent Up Vick Wake Wal Ward Wat West Whit Wil Win Wood Wren York
"""
_ENDINGS = """
ton son berg man ley ford well worth bury by field stein mann er ing den dale croft land wood ham shaw more stad hoff
meyer gren quist lund strom
"""
_BRAND = """
Amber Apex Arbor Argent Aster Atlas Aurora Beacon Blue Bold Bright Bronze Cedar Cinder Civic Clear Cloud Cobalt Copper
Coral Crest Crimson Crystal Delta Drift Dusk Eagle Early Echo Ember Epic Equal Fable Falcon Fern First Fjord Flint Forge
Fox Frost Garnet Gentle Giant Glacier Golden Grand Granite Gray Harbor Haven Helio Heron High Hollow Humble Indigo Iron
Ivory Jade Juniper Keen Kestrel Kind Lantern Lattice Lemon Level Lily Lime Little Lucid Lunar Lynx Magnet Maple Marble
Meadow Merit Mint Mosaic Noble Nova Ocean Olive Onyx Opal Orbit Otter Pearl Pine Pixel Polar Prime Quartz Quick Quiet
Rapid Raven Ridge River Robin Ruby Rustic Sable Saffron Sage Scarlet Sierra Silver Sky Slate Solid Spruce Stellar Still
Summit Swift Tango Tidal Timber True Umber Urban Velvet Vivid Wander Wild Willow Zenith Zephyr
"""
_THING = """
anchor arc arrow bay beam bird board bridge byte canvas cart case cast chain chart circle coast code compass core craft
current dash deck desk dock door draft drive edge engine face farm fence fern field fire flag flow fold forge form frame
garden gate gear glass grid grove guild hall hand harbor haven hive hub key kit lab lake lane layer leaf ledger lens
light line link list loft loop mail map mark mast mesh mill mind mine moon nest node note park pass path peak pier pilot
pipe point pool port post press pulse quest rail ray reach reef ring road rock root sail scale scope seed shift ship
shop signal smith spark spire spring stack star station stem step stone stream studio tide tower track trail vale vault
view wave way well wheel wind wing works yard
"""
_LINE = """
Logistics Foods Labs Systems Health Media Energy Robotics Bank Travel Software Analytics Insurance Partners Group
Consulting Studios Pharma Motors Textiles Learning Games Security Mobility Capital Homes Networks Instruments
"""
_WORLD = """
CREATE FUNCTION pg_temp.lot(n bigint, place bigint, among bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(n, place) & 1073741823) % among $$;
CREATE FUNCTION pg_temp.often(n bigint, place bigint, among bigint, lean float8) RETURNS bigint LANGUAGE sql IMMUTABLE
    AS $$ SELECT 1 + floor(among * power(pg_temp.lot(n, place, 1073741824) / 1073741824.0::float8, lean))::bigint $$;
CREATE TEMP TABLE word (kind text, n bigint, word text);
"""
_WORDS = "INSERT INTO word SELECT %s, n, word FROM unnest(%s::text[]) WITH ORDINALITY AS given (word, n)"
_ACCOUNTS = """
INSERT INTO customers_account (id, workspace_id, external_id, name, domain, is_solo, traits, trait_times, owner_id,
                               signed_up_at, first_seen_at, last_seen_at, churned_at)
SELECT made.n, %(workspace)s, 'acct_' || made.n, brand.word || thing.word || ' ' || line.word,
       lower(brand.word) || thing.word || CASE WHEN pg_temp.lot(made.n, 1, 2) = 0 THEN lower(line.word) ELSE '' END
           || (ARRAY['.com', '.com', '.com', '.io', '.de', '.tw', '.co.uk', '.fr'])[1 + pg_temp.lot(made.n, 2, 8)],
       false,
       jsonb_build_object(
           'plan', (ARRAY['free', 'starter', 'team', 'business', 'enterprise'])[1 + pg_temp.lot(made.n, 3, 5)],
           'mrr', pg_temp.lot(made.n, 4, 4000), 'seats', pg_temp.lot(made.n, 5, 500),
           'industry', (ARRAY['saas', 'retail', 'health', 'finance', 'media', 'travel'])[1 + pg_temp.lot(made.n, 6, 6)])
           || CASE WHEN pg_temp.lot(made.n, 7, 5000) = 0 THEN '{"beta": "yes"}' ELSE '{}' END::jsonb, '{}',
       (%(owners)s::bigint[])[1 + pg_temp.lot(made.n, 8, 12)],
       moment, moment, CASE WHEN pg_temp.lot(made.n, 9, 9) > 0
                            THEN %(now)s::timestamptz - pg_temp.lot(made.n, 10, 9000000) * interval '1 second' END,
       CASE WHEN pg_temp.lot(made.n, 11, 8) = 0 THEN %(now)s::timestamptz END
FROM (SELECT n, pg_temp.often(n, 12, %(brand)s, 1.2) AS brand, pg_temp.often(n, 13, %(thing)s, 1.2) AS thing,
             pg_temp.often(n, 14, %(line)s, 1.2) AS line,
             %(now)s::timestamptz - pg_temp.lot(n, 15, 60000000) * interval '1 second' AS moment
      FROM generate_series(1, %(accounts)s) AS n) AS made
JOIN word brand ON brand.kind = 'brand' AND brand.n = made.brand
JOIN word thing ON thing.kind = 'thing' AND thing.n = made.thing
JOIN word line ON line.kind = 'line' AND line.n = made.line
"""
_PEOPLE = """
INSERT INTO customers_person (id, workspace_id, external_id, email, name, traits, trait_times, is_anonymous, timezone,
                              locale, first_seen_at, last_seen_at)
SELECT made.n, %(workspace)s, 'u' || made.n, lower(first.word) || '.' || lower(last.word)
           || CASE WHEN pg_temp.lot(made.n, 21, 3) = 0 THEN (made.n %% 100)::text ELSE '' END || '@' || a.domain,
       CASE pg_temp.lot(made.n, 22, 12)
           WHEN 0 THEN ''
           WHEN 1 THEN (ARRAY['王', '李', '張', '陳', '林', '黃', '吴', '刘'])[1 + pg_temp.lot(made.n, 23, 8)]
               || chr((19968 + pg_temp.lot(made.n, 24, 3000))::int)
               || chr((19968 + pg_temp.lot(made.n, 25, 3000))::int)
           ELSE first.word || ' ' || last.word END,
       '{"title": "Engineer"}', '{}', false, '', '', moment,
       CASE WHEN pg_temp.lot(made.n, 26, 7) > 0
            THEN %(now)s::timestamptz - pg_temp.lot(made.n, 27, 9000000) * interval '1 second' END
FROM (SELECT n, pg_temp.often(n, 28, %(first)s, 1.3) AS first, pg_temp.often(n, 29, %(last)s, 1.3) AS last,
             1 + pg_temp.lot(n, 30, %(accounts)s) AS account_id,
             %(now)s::timestamptz - pg_temp.lot(n, 31, 60000000) * interval '1 second' AS moment
      FROM generate_series(1, %(people)s) AS n) AS made
JOIN customers_account a ON a.id = made.account_id
JOIN word first ON first.kind = 'first' AND first.n = made.first
JOIN word last ON last.kind = 'last' AND last.n = made.last
ORDER BY made.n
"""
_PLACES = """
INSERT INTO customers_affiliation (workspace_id, person_id, account_id, role, is_primary, since, role_is_set)
SELECT %(workspace)s, n, 1 + pg_temp.lot(n, 30, %(accounts)s), 'user', true, %(now)s::timestamptz, false
FROM generate_series(1, %(people)s) AS n
"""
_BESIDE = (
    """INSERT INTO customers_personsearchtext (person_id, workspace_id, said, name_key, email_key)
    SELECT id, workspace_id, customers_said(name, email, external_id), nullif(lower(name), ''),
           nullif(lower(email), '')
    FROM customers_person""",
    """INSERT INTO customers_accountsearchtext (account_id, workspace_id, said, name_key)
    SELECT id, workspace_id, customers_said(name, domain, external_id), lower(name) FROM customers_account""",
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
    words = {
        "first": _FIRST.split() + [stem + end for end in ("a", "ie", "o", "us") for stem in _STEMS.split()],
        "last": _LAST.split() + [stem + end for end in _ENDINGS.split() for stem in _STEMS.split()],
        "brand": _BRAND.split(),
        "thing": _THING.split(),
        "line": _LINE.split(),
    }
    named: dict[str, Any] = {
        **{kind: len(of_kind) for kind, of_kind in words.items()},
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
        for kind, of_kind in words.items():
            cursor.execute(_WORDS, [kind, of_kind])
        cursor.execute("ANALYZE word")
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
        "searched by names that many have:": [
            read(word, sort)
            for word in (*_FIRST.split()[:8], *_LAST.split()[:4], "王")
            for sort in ("name", "-name", "email", "-first_seen_at")
        ],
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
        trait("seats", TraitTest.MORE_THAN, "450"), trait("mrr", TraitTest.MORE_THAN, "3000"),
        trait("seats", TraitTest.MORE_THAN, "498"), trait("seats", TraitTest.LESS_THAN, "1"),
        trait("mrr", TraitTest.MORE_THAN, "3990"), trait("mrr", TraitTest.LESS_THAN, "5"),
        dataclasses.replace(trait("plan", TraitTest.IS, "Team"), search="ab"),
        dataclasses.replace(trait("plan", TraitTest.IS, "Team"), search="harbor"),
        dataclasses.replace(trait("seats", TraitTest.MORE_THAN, "450"), search="labs"),
        AccountFilter(stages=(Stage.CHURNED,)),
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
        "searched by words that many have:": [
            read(AccountFilter(search=word), sort)
            for word in (*_BRAND.split()[:6], *_THING.split()[:4], *_LINE.split()[:3])
            for sort in ("name", "-name", "owner", "-mrr")
        ],
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
