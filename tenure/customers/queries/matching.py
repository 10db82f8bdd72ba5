"""Which accounts other systems mean: by the id they know, by an e-mail address, by a domain; many at once."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from tenure.customers.rules.traits import company_domain
from tenure.customers.types import SubjectKind
from tenure.kernel import tenancy


def accounts_by_external_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Return the account of each id, or what it was merged into; unknown ids are left out."""
    return _found(
        """
        SELECT a.external_id, coalesce(a.merged_into_id, a.id) FROM customers_account a
        WHERE a.workspace_id = %s AND a.external_id = ANY(%s)
        """,
        external_ids,
    )


def accounts_of_emails(emails: Iterable[str]) -> dict[str, int]:
    """Return the primary account of whoever has each address, in upper case; left out where that is not one account."""
    return _found(
        """
        SELECT upper(p.email), min(f.account_id) FROM customers_person p
        JOIN customers_affiliation f ON f.person_id = p.id AND f.is_primary
        WHERE p.workspace_id = %s AND upper(p.email) = ANY(%s) AND p.merged_into_id IS NULL
        GROUP BY 1 HAVING count(DISTINCT f.account_id) = 1
        """,
        {e.upper() for e in emails},
    )


def accounts_of_mail_domains(emails: Iterable[str]) -> dict[str, int]:
    """Return the account whose domain each address is at; left out for free mail and where several have the domain."""
    domains = {email: company_domain(email) for email in emails}
    found = _found(
        """
        SELECT domain, min(id) FROM customers_account
        WHERE workspace_id = %s AND domain = ANY(%s) AND merged_into_id IS NULL AND NOT is_solo
        GROUP BY 1 HAVING count(*) = 1
        """,
        domains.values(),
    )
    return {email: found[domain] for email, domain in domains.items() if domain in found}


def accounts_by_domains(domains: Iterable[str]) -> dict[str, list[int]]:
    """Return the companies that have each domain; unknown ones are left out."""
    return _all_found(
        """
        SELECT domain, array_agg(id ORDER BY id) FROM customers_account
        WHERE workspace_id = %s AND domain = ANY(%s) AND merged_into_id IS NULL AND NOT is_solo GROUP BY 1
        """,
        domains,
    )


def people_by_external_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Return who each user id is known to be now; unknown ids are left out."""
    return _found(
        """
        SELECT i.value, coalesce(p.merged_into_id, p.id) FROM customers_identity i
        JOIN customers_person p ON p.id = i.person_id
        WHERE i.workspace_id = %s AND i.kind = 'user_id' AND i.value = ANY(%s)
        """,
        external_ids,
    )


def people_by_emails(emails: Iterable[str]) -> dict[str, list[int]]:
    """Return the known people who have each address, in upper case; unknown ones are left out."""
    return _all_found(
        """
        SELECT upper(email), array_agg(id ORDER BY id) FROM customers_person
        WHERE workspace_id = %s AND upper(email) = ANY(%s) AND merged_into_id IS NULL AND NOT is_anonymous GROUP BY 1
        """,
        {e.upper() for e in emails},
    )


def _is_storable(text: str) -> bool:
    return "\x00" not in text and text.encode("utf-8", "ignore").decode() == text


def _found(statement: str, wanted: Iterable[str]) -> dict[str, int]:
    return dict(_asked(statement, wanted))


def _all_found(statement: str, wanted: Iterable[str]) -> dict[str, list[int]]:
    return dict(_asked(statement, wanted))


def _asked(statement: str, wanted: Iterable[str]) -> list[tuple[str, Any]]:
    listed = sorted({w for w in wanted if w})
    if not listed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [tenancy.current_workspace_id(), listed])
        return list(cursor.fetchall())


def accounts_of_each(people: Iterable[int]) -> dict[int, list[int]]:
    """Return the accounts each person is at."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT person_id, array_agg(account_id ORDER BY account_id) FROM customers_affiliation
            WHERE workspace_id = %s AND person_id = ANY(%s) GROUP BY 1
            """,
            [tenancy.current_workspace_id(), list(people)],
        )
        return dict(cursor.fetchall())


def visitor_ids(people: Iterable[int]) -> dict[int, str]:
    """Return one anonymous id of each person who has any."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT person_id, min(value) FROM customers_identity
            WHERE workspace_id = %s AND kind = 'anonymous_id' AND person_id = ANY(%s) GROUP BY 1
            """,
            [tenancy.current_workspace_id(), list(people)],
        )
        return dict(cursor.fetchall())


def ids_meant(kind: SubjectKind, written: Iterable[str]) -> dict[str, int]:
    """Return who is meant by what was written: our number (`#17`), your product's id, a domain or an e-mail address.

    In this order, and only where it is one alone; what was merged means who it is now.
    """
    asked = [each for each in dict.fromkeys(written) if _is_storable(each)]
    numbered = [each for each in asked if each[:1] == "#" and each.isascii() and each[1:].isdigit() and len(each) < 19]
    numbers = {each: int(each[1:]) for each in numbered}
    there = _asked(
        f"""
        SELECT id::text, coalesce(merged_into_id, id) FROM customers_{kind}
        WHERE workspace_id = %s AND id::text = ANY(%s) {"" if kind == "account" else "AND NOT is_anonymous"}
        """,  # noqa: S608  (the kind is one of two)
        {str(number) for number in numbers.values()},
    )
    known = {int(number): id_ for number, id_ in there}
    if kind == "account":
        by_id, others = accounts_by_external_ids(asked), accounts_by_domains(each.lower() for each in asked)
    else:
        by_id, others = people_by_external_ids(asked), people_by_emails(each.upper() for each in asked)
    found: dict[str, int] = {}
    for each in asked:
        alike = others.get(each.lower() if kind == "account" else each.upper(), [])
        if each in numbers and numbers[each] in known:
            found[each] = known[numbers[each]]
        elif each in by_id:
            found[each] = by_id[each]
        elif len(alike) == 1:
            found[each] = alike[0]
    return found
