"""What an account pays, on its page."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tenure.billing import queries
from tenure.billing.types import InvoiceStatus, PaymentKind, Status
from tenure.web.pages.billing import words
from tenure.web.visiting import Visit

if TYPE_CHECKING:
    from tenure.customers.models import Account

SHOWN = 8


def billing_of_account(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Give an account's MRR, plan, seats, renewal and movements; nothing where nothing was ever billed."""
    ledger = queries.ledger_of(account.pk)
    if ledger is None:
        return None
    page = queries.movements(account_id=account.pk, limit=SHOWN)
    status = Status(ledger.status)
    return {
        "ledger": ledger,
        "status": words.STATUSES[status],
        "tone": words.STATUS_TONES.get(status, ""),
        "currency": request.workspace.currency,
        "own": [(currency, amount) for currency, amount in ledger.by_currency.items()]
        if set(ledger.by_currency) - {request.workspace.currency}
        else [],
        "movements": [(m, words.KINDS[m.kind], words.KIND_TONES[m.kind]) for m in page.movements],
        "more": bool(page.next_cursor),
        "invoices": [(i, words.INVOICES[InvoiceStatus(i.status)]) for i in queries.invoices_of(account.pk)[:3]],
        "payments": [
            (p, words.PAYMENTS[PaymentKind(p.kind)])
            for p in queries.payments_of(account.pk).exclude(kind=PaymentKind.PAYMENT.value)[:3]
        ],
    }
