"""Which accounts other systems mean: by the id they know, by an e-mail address, by a domain; many at once."""

from collections.abc import Iterable

from django.db import connection

from tenure.customers.rules.traits import company_domain
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


def _found(statement: str, wanted: Iterable[str]) -> dict[str, int]:
    listed = sorted({w for w in wanted if w})
    if not listed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [tenancy.current_workspace_id(), listed])
        return dict(cursor.fetchall())
