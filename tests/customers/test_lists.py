"""Lists of accounts and people: sorted, searched and counted through indexes, as if every row had been looked at."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.customers import queries
from tenure.customers.columns import seen_about
from tenure.customers.models import Account, Person
from tenure.customers.queries import account_lists, counting, narrowing, searching, walking
from tenure.customers.queries.accounts import accounts
from tenure.customers.queries.fragments import ACCOUNTS, holding
from tenure.customers.queries.passing import narrowed
from tenure.customers.searched import AccountFacts, AccountSearchText, PersonSearchText
from tenure.customers.types import AccountFilter, Sureness, TraitFilter, TraitTest
from tenure.kernel import tenancy
from tests.given import given_member, given_workspace

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LETTERS = st.text(alphabet="aAbÉé'\\%_ :&|王小明ßµ-.@\n", max_size=6)


def given_people(*names, emails=()):
    made = [
        Person(external_id=f"u{n}", name=name, email=emails[n] if emails else "", is_anonymous=False, first_seen_at=NOW)
        for n, name in enumerate(names)
    ]
    return Person.objects.bulk_create(made)


def given_account(**columns):
    return Account.objects.create(**{"external_id": f"a{Account.objects.count()}", "first_seen_at": NOW, **columns})


def everything(read):
    seen, cursor = [], ""
    while True:
        page = read(cursor)
        seen += getattr(page, "people", None) or getattr(page, "accounts", [])
        if not (cursor := page.next_cursor):
            return [each.pk for each in seen]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(LETTERS, max_size=8), words=LETTERS)
def test_finds_whoever_is_called_by_any_fragment(workspace, names, words):
    Person.objects.all().delete()
    given_people(*names, emails=[name[::-1] for name in names])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM customers_person WHERE %s = '' OR strpos(upper(name), upper(%s)) > 0"
            " OR strpos(upper(email), upper(%s)) > 0 OR strpos(upper(external_id), upper(%s)) > 0",
            [words.strip().replace("\n", " ")] * 4,
        )
        expected = {pk for (pk,) in cursor.fetchall()}

    page = queries.people_list(words, limit=100)

    # a name over two lines is searched line by line; nobody has one
    lines = {p.pk for p in Person.objects.all() if "\n" in p.name + p.email}
    assert {p.pk for p in page.people} - lines == expected - lines
    if not lines:
        assert (page.count, page.sureness) == (len(expected), Sureness.EXACT)


_NEVER, _ALWAYS = 0, 1_000


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    has=st.lists(
        st.tuples(
            st.sampled_from(["Ada", "ada ada", "bad", "Cy", ""]),
            st.sampled_from(["ada@x", "cy@x", ""]),
            st.sampled_from([None, 0, 1, 2, 599, 600, 601, 1200]),
        ),
        max_size=14,
    ),
    words=st.sampled_from(["ad", "ada", "a", "@x", "u1"]),
    sort=st.sampled_from(["id", "name", "email", "first_seen_at", "last_seen_at"]),
    descends=st.booleans(),
    limit=st.sampled_from([1, 2, 20]),
    ways=st.tuples(*(st.sampled_from([_NEVER, _ALWAYS]) for _ in range(3))),
    most=st.sampled_from([2, 6, 100]),
    narrows=st.booleans(),
)
def test_searched_lists_are_the_same_whichever_way_they_are_read(
    workspace, has, words, sort, descends, limit, ways, most, narrows
):
    Person.objects.all().delete()
    Account.objects.all().delete()
    for n, (name, email, seen) in enumerate(has):
        seen_at = None if seen is None else NOW + timedelta(seconds=seen)
        first_seen_at = NOW - timedelta(hours=n % 3)
        Person.objects.create(
            external_id=f"u{n}", name=name, email=email, is_anonymous=False,
            first_seen_at=first_seen_at, last_seen_at=seen_at,
        )  # fmt: skip
        given_account(
            external_id=f"u{n}", name=name, domain=email, traits={"mrr": n % 3} if n % 4 else {},
            first_seen_at=first_seen_at, signed_up_at=first_seen_at, last_seen_at=seen_at,
        )  # fmt: skip
    of_account = {"id": "mrr", "email": "owner", "first_seen_at": "signed_up_at"}.get(sort, sort)
    way = "-" if descends else ""
    among = [a.pk for a in Account.objects.order_by("pk")][::2] if narrows else None
    chosen = AccountFilter(search=words, ids=None if among is None else tuple(among))

    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(("_ASKED", "_KEPT", "_PAST"), ways, strict=True):
            patch.setattr(searching, name, value)
        for name in ("_WALKED", "_WALKED_KEPT", "_WALKED_PAST", "_PAST_ROWS"):
            patch.setattr(searching, name, most)
        patch.setattr(account_lists, "FEW", 0)
        people = everything(lambda cursor: queries.people_list(words, sort=way + sort, cursor=cursor, limit=limit))
        accounts = everything(
            lambda cursor: queries.accounts_list(chosen, sort=way + of_account, cursor=cursor, limit=limit)
        )

    assert people == in_order(Person.objects.all(), sort, words, descends)
    some = Account.objects.all() if among is None else Account.objects.filter(pk__in=among)
    assert accounts == in_order(some, of_account, words, descends)


def in_order(rows, sort, words, descends):
    def key(row):
        match sort:
            case "id":
                return row.pk
            case "name" | "email":
                return getattr(row, sort).lower() or (None if isinstance(row, Person) else "")
            case "mrr":
                return row.traits.get("mrr")
            case "owner":
                return None
        return getattr(row, sort)

    called = [
        (key(row), row.pk)
        for row in rows
        if any(
            words in said.lower()
            for said in (row.name, row.external_id, row.email if isinstance(row, Person) else row.domain)
        )
    ]
    valued = sorted((each for each in called if each[0] is not None), reverse=descends)
    without = sorted((each[1] for each in called if each[0] is None), reverse=descends)
    return [pk for _, pk in valued] + without


_PIECES = st.lists(st.sampled_from(["ana", "An", "a", "mar", "Mari", "ria", " ", "ß", "Σ", "σ", "İ", "É", "王小", "."]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(_PIECES.map("".join), max_size=10),
    beside=st.lists(_PIECES.map("".join), min_size=10, max_size=10),
    like=st.lists(st.booleans(), min_size=10, max_size=10),
    words=_PIECES.map(lambda pieces: "".join(pieces)[:7]),
    sort=st.sampled_from(["name", "-name"]),
    limit=st.sampled_from([1, 2, 20]),
    walked=st.sampled_from([1, 1, 3, 100]),
    in_one_index=st.sampled_from([1_000, 12]),
)
def test_puts_those_first_called_so_among_those_called_so_elsewhere(
    workspace, names, beside, like, words, sort, limit, walked, in_one_index
):
    Person.objects.all().delete()
    Account.objects.all().delete()
    emails = [name + beside[n] if like[n] else beside[n] for n, name in enumerate(names)]
    given_people(*names, emails=emails)
    for name, email in zip(names, emails, strict=True):
        given_account(name=name, domain=email)
    way, asked = "DESC" if sort.startswith("-") else "ASC", words.strip()
    expected = []
    with connection.cursor() as cursor:
        for table, beside_name, key in (
            ("person", "email", "nullif(lower(name), '')"),
            ("account", "domain", "lower(name)"),
        ):
            cursor.execute(
                f"SELECT id FROM customers_{table} WHERE %s = '' OR strpos(upper(name), upper(%s)) > 0"
                f" OR strpos(upper({beside_name}), upper(%s)) > 0 OR strpos(upper(external_id), upper(%s)) > 0"
                f" ORDER BY {key} {way} NULLS LAST, id {way}",
                [asked] * 4,
            )
            expected.append([pk for (pk,) in cursor.fetchall()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "IN_ONE_INDEX", in_one_index)
        patch.setattr(searching, "_WALKED_KEPT", walked)  # 1: nothing is found by walking
        people = everything(lambda cursor: queries.people_list(words, sort=sort, cursor=cursor, limit=limit))
        accounts = everything(
            lambda cursor: queries.accounts_list(AccountFilter(search=words), sort=sort, cursor=cursor, limit=limit)
        )

    assert [people, accounts] == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    has=st.lists(
        st.one_of(st.integers(-(10**21), 10**21), st.floats(-1e21, 1e21), st.floats(-2, 2), st.none()), max_size=9
    ),
    asked=st.one_of(st.integers(-(10**19), 10**19), st.floats(allow_nan=False), st.floats(-2, 2)),
    near=st.booleans(),
    test=st.sampled_from([TraitTest.MORE_THAN, TraitTest.LESS_THAN]),
)
def test_looks_numbers_up_among_the_facts(workspace, has, asked, near, test):
    Account.objects.all().delete()
    asked = next((n for n in has if n is not None), asked) if near else asked
    for number in has:
        given_account(traits={"seats": number})
    chosen = AccountFilter(traits=(TraitFilter(name="seats", test=test, value=repr(asked)),))

    found = queries.accounts_list(chosen, sort="signed_up_at")

    passing = [
        a.pk
        for a in Account.objects.order_by("pk")
        if (n := a.traits["seats"]) is not None
        and (float(n) > float(asked) if test is TraitTest.MORE_THAN else float(n) < float(asked))
    ]
    assert [a.pk for a in found.accounts] == passing
    assert (found.count, found.sureness) == (len(passing), Sureness.EXACT)


def test_keeps_names_that_are_too_long_for_an_index(workspace):
    given_people("王" * 500, "Ada", emails=["王" * 320, ""])
    given_account(name="王" * 500, domain="王" * 255)

    assert [p.name for p in queries.people_list("王王", sort="name").people] == ["王" * 500]
    assert [a.name for a in queries.accounts_list(AccountFilter(search="王王")).accounts] == ["王" * 500]


def test_walks_the_list_for_words_that_many_have(workspace):
    given_people(*(f"{n:03} Ada" for n in range(400)), *(f"{n:03} Ben" for n in range(50)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_personsearchtext")
        cursor.execute("ANALYZE customers_person")

    page = queries.people_list("ADA", sort="-name", limit=3)
    after = queries.people_list("ada", sort="-name", cursor=page.next_cursor, limit=3)

    assert [p.name for p in [*page.people, *after.people]] == [f"{n} Ada" for n in range(399, 393, -1)]
    assert (page.count, page.sureness) == (400, Sureness.ABOUT)
    assert len(everything(lambda cursor: queries.people_list("ada", sort="name", cursor=cursor, limit=90))) == 400


def test_follows_every_change_of_a_name(workspace):
    ada, ben = given_people("Ada", "Ben")
    visitor = Person.objects.create(name="Ada", is_anonymous=True, first_seen_at=NOW)

    def found(words):
        return {p.pk for p in queries.people_list(words).people}

    assert found("ada") == {ada.pk}
    Person.objects.filter(pk=visitor.pk).update(is_anonymous=False)
    assert found("ada") == {ada.pk, visitor.pk}
    Person.objects.filter(pk=visitor.pk).update(merged_into=ada)
    Person.objects.filter(pk=ben.pk).update(name="Adam")
    assert found("ada") == {ada.pk, ben.pk}
    Person.objects.filter(pk=ben.pk).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_person WHERE id = %s", [visitor.pk])
        cursor.execute("DELETE FROM customers_person WHERE id = %s", [ada.pk])
    assert not PersonSearchText.objects.exists()


def test_follows_every_change_of_traits(workspace):
    fjord = given_account(name="Fjord", traits={"plan": "Pro", "seats": 7, "none": None})
    given_account(name="Kestrel", traits={"plan": "basic", "tags": ["pro"]})

    def names(test, value="", name="plan"):
        chosen = AccountFilter(traits=(TraitFilter(name=name, test=test, value=value),))
        return [a.name for a in queries.accounts_list(chosen).accounts]

    assert names(TraitTest.IS, "PRO") == ["Fjord"]
    assert names(TraitTest.IS, "7", name="seats") == ["Fjord"]
    assert names(TraitTest.IS_SET, name="none") == []
    assert names(TraitTest.IS_SET, name="tags") == ["Kestrel"]
    Account.objects.filter(pk=fjord.pk).update(traits={"plan": "basic"})
    assert names(TraitTest.IS, "pro") == []
    assert names(TraitTest.IS, "basic") == ["Fjord", "Kestrel"]
    Account.objects.all().delete()
    assert not AccountFacts.objects.exists()
    assert not AccountSearchText.objects.exists()


@pytest.mark.parametrize("sort", ["name", "mrr", "owner", "signed_up_at", "last_seen_at"])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_both_directions_are_each_other_turned_round_but_for_what_has_no_value(workspace, sort, limit):
    ada, bob, gone = given_member("Ada"), given_member("bob"), given_member("Cleo")
    for n in range(9):
        given_account(
            name=f"A{n % 4}",
            traits={} if n % 3 == 0 else {"mrr": n % 2},
            owner=(ada, bob, gone, None)[n % 4],
            signed_up_at=None if n == 4 else NOW - timedelta(days=n % 5),
            last_seen_at=None if n == 5 else NOW - timedelta(minutes=n % 7),
        )

    up = everything(lambda cursor: queries.accounts_list(sort=sort, cursor=cursor, limit=limit))
    down = everything(lambda cursor: queries.accounts_list(sort=f"-{sort}", cursor=cursor, limit=limit))

    keys = {
        a.pk: {
            "name": a.name.lower(), "mrr": a.traits.get("mrr"), "owner": a.owner.name.lower() if a.owner else None,
            "signed_up_at": a.signed_up_at, "last_seen_at": a.last_seen_at,
        }[sort]
        for a in Account.objects.select_related("owner")
    }  # fmt: skip
    valued = sorted((pk for pk in keys if keys[pk] is not None), key=lambda pk: (keys[pk], pk))
    without = sorted(pk for pk in keys if keys[pk] is None)
    assert up == valued + without
    assert down == valued[::-1] + without[::-1]


def test_says_how_it_counted(workspace, monkeypatch):
    for n in range(12):
        given_account(name=f"A{n}", traits={"plan": "pro"})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_account")
    monkeypatch.setattr(counting, "COUNTED", 5)
    of_pro = AccountFilter(traits=(TraitFilter(name="plan", test=TraitTest.IS, value="pro"),))

    whole, few = queries.accounts_list(), queries.people_list()
    looked_up = queries.accounts_list(of_pro)
    monkeypatch.setattr(account_lists, "LOOKED_UP", 0)
    monkeypatch.setattr(account_lists, "FEW", 0)
    narrowed = queries.accounts_list(of_pro, sort="owner")

    assert (whole.count, whole.sureness) == (12, Sureness.ABOUT)
    assert (narrowed.count, narrowed.sureness) == (5, Sureness.MORE_THAN)
    assert (looked_up.count, looked_up.sureness) == (12, Sureness.EXACT)
    assert (few.count, few.sureness) == (0, Sureness.EXACT)


def test_says_by_the_share_of_a_sample_how_many_have_words_and_traits(workspace, monkeypatch):
    with tenancy.scope(given_workspace().pk):
        given_account(name="Labs elsewhere", traits={"plan": "pro"})
    for n in range(12):
        given_account(name=f"{'Labs' if n < 6 else 'Works'} {n}", traits={"plan": "pro" if n % 2 else "free"})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_account")
    monkeypatch.setattr(narrowing, "SAMPLED", 40)  # as much as there is, of a list thought to be longer
    monkeypatch.setattr(narrowing, "_ENOUGH", 1)
    monkeypatch.setattr(narrowing, "planned_rows", lambda _: 1_200)
    of_pro = AccountFilter(traits=(TraitFilter(name="plan", test=TraitTest.IS, value="pro"),))
    passing = holding(narrowed(of_pro, row_by_row=True), ACCOUNTS, "labs")

    said = narrowing.shared_by_about(accounts(), passing)

    assert (said.rows, said.sureness) == (300, Sureness.ABOUT)


@pytest.mark.parametrize("sort", ["name", "-mrr", "last_seen_at"])
def test_exports_look_up_once_who_is_called_so(workspace, monkeypatch, sort):
    for n in range(7):
        given_account(name=f"Ada {n % 3}", traits={"mrr": n % 4} if n % 3 else {})
    chosen = AccountFilter(search="ada")
    paged = everything(lambda cursor: queries.accounts_list(chosen, sort=sort, cursor=cursor, limit=2))
    monkeypatch.setattr(account_lists, "_EXPORTED_AT_ONCE", 2)

    with CaptureQueriesContext(connection) as asked:
        exported = [row.id for row in queries.account_rows(chosen, sort=sort)]

    assert exported == paged
    assert len(exported) == 7
    assert sum("customers_fragments" in each["sql"] for each in asked) == 1


_NARROWS = st.sampled_from([
    *(TraitFilter(name=name, test=test, value=value)
      for name in ("plan", "mrr") for test in TraitTest for value in ("pro", "3")),
])  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    has=st.lists(
        st.tuples(st.sampled_from(["Ada", "bad", "Cy"]), st.sampled_from(["pro", 1, 3, 7, None])), max_size=14
    ),
    tests=st.lists(_NARROWS, min_size=1, max_size=2),
    search=st.sampled_from(["", "ad"]),
    sort=st.sampled_from(["name", "-name", "mrr", "-mrr", "owner", "-last_seen_at"]),
    looked_up=st.sampled_from([0, 100]),
    portions=st.sampled_from([(3, 5), (50,)]),
)
def test_narrowed_lists_are_the_same_walked_and_looked_up(workspace, has, tests, search, sort, looked_up, portions):
    Account.objects.all().delete()
    for n, (name, value) in enumerate(has):
        given_account(name=name, traits={"plan": value, "mrr": value}, last_seen_at=NOW - timedelta(minutes=n % 7))
    chosen = AccountFilter(traits=tuple(tests), search=search)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account_lists, "LOOKED_UP", looked_up)
        patch.setattr(account_lists, "FEW", -1)
        patch.setattr(narrowing, "PORTIONS", portions)
        walked = everything(lambda cursor: queries.accounts_list(chosen, sort=sort, cursor=cursor, limit=2))

    assert walked == [row.id for row in queries.account_rows(chosen, sort=sort)]


def test_the_column_for_sorting_says_what_the_rule_says(workspace):
    moments = [NOW, NOW + timedelta(minutes=9, seconds=59.999999), datetime(1999, 12, 31, 23, 55, tzinfo=UTC)]
    made = [given_account(name=str(n), last_seen_at=moment) for n, moment in enumerate(moments)]

    kept = [Account.objects.get(pk=each.pk).last_seen_about for each in made]

    assert kept == [seen_about(moment) for moment in moments]
