"""`tenure import`"""

import click

from tenure.config.importing import importing


@click.group("import")
def command() -> None:
    """Bring records in from files."""


KINDS = {
    "accounts": """Import accounts from a CSV or JSON lines file (also .gz), one row an account.

    Fields: external_id (your product's id) or domain, name, signed_up_at and parent_id; every other column becomes a
    trait. Rows that say nothing new change nothing. Settings › Imports lists the import, and can take it back.

    \b
    tenure import accounts customers.csv --dry-run
    tenure import accounts customers.csv --map external_id=Number,trait.seats:number=Licences
    """,
    "people": """Import people from a CSV or JSON lines file (also .gz), one row a person.

    Fields: external_id (your product's user id) or email, name, first_name, last_name, account_id, role, signed_up_at,
    timezone and locale; every other column becomes a trait.

    \b
    tenure import people contacts.csv --dry-run
    tenure import people contacts.csv --map email=Mail,account_id=Company
    """,
    "events": """Import events from a CSV or JSON lines file (also .gz), one row an event.

    Fields: event, timestamp, user_id or anonymous_id, account_id, message_id, properties (an object), user.TRAIT and
    account.TRAIT; every other column becomes a property. Safe to repeat: rows that were imported before are recognised
    and not counted twice.

    \b
    tenure import events clicks.csv.gz --dry-run
    tenure import events clicks.csv.gz --map event=action,user_id=uid,account.name=company
    tenure import events purchases.csv --event "Order Completed" --map user_id=customer,timestamp=day
    """,
    "subscriptions": """Import subscriptions from a CSV or JSON lines file (also .gz), one row a subscription.

    Fields: account, subscription and started; amount (what one bill comes to) or unit_amount with quantity;
    plan, currency, interval (month, year, 3 months …), trial_end, ended, cancelled, period_end, status, discount
    and discount_until. With a column `changed`, several rows tell the history of one subscription. Safe to repeat:
    rows that say nothing new are recognised.

    \b
    tenure import subscriptions plans.csv --dry-run
    tenure import subscriptions plans.csv --map account=company,amount=price
    """,
    "tickets": """Import tickets from a CSV or JSON lines file (also .gz), one row a ticket.

    Fields: external_id (your desk's id), subject, status, priority, channel, account_id, user_id or email, opened_at,
    first_answered_at, solved_at, satisfaction and changed. Accounts and people that are not known are made; an empty
    cell says nothing.

    \b
    tenure import tickets desk.csv --dry-run
    tenure import tickets desk.jsonl.gz --map external_id=key,subject=summary
    """,
    "spend": """Import what was spent on winning customers from a CSV or JSON lines file: month (or days), amount.

    Fields: month, or first and last; amount, currency and channel. The same days and channel again replace what was
    said before.

    \b
    tenure import spend marketing.csv --dry-run
    """,
    "companies": """Import facts about companies from a CSV or JSON lines file, one row a company.

    Fields: domain, by which accounts are found, and any of company_name, funding_total_usd, funding_last_round,
    funding_last_round_on, social_followers and brand_list.

    \b
    tenure import companies brands.csv --dry-run
    """,
}
"""What each kind of file is, as its command says."""

for _kind, _words in KINDS.items():
    command.add_command(importing(_kind, _words))
