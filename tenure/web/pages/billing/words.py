"""What billing is called on pages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenure.billing.types import Direction, InvoiceStatus, PaymentKind, Recognition, Status
from tenure.web.pages.accounts.words import MOVEMENT_TONES as KIND_TONES
from tenure.web.pages.accounts.words import MOVEMENTS as KINDS

__all__ = [
    "DIRECTIONS", "INVOICES", "KINDS", "KIND_TONES", "PAYMENTS", "RECOGNITIONS", "STATUSES", "STATUS_TONES",
]  # fmt: skip

STATUSES: Mapping[Status, Promise] = {
    Status.INCOMPLETE: _("never begun"),
    Status.TRIALING: _("on trial"),
    Status.ACTIVE: _("paying"),
    Status.PAST_DUE: _("payment overdue"),
    Status.UNPAID: _("unpaid"),
    Status.PAUSED: _("paused"),
    Status.CANCELLED: _("ended"),
}
STATUS_TONES: Mapping[Status, str] = {
    Status.ACTIVE: "good",
    Status.TRIALING: "info",
    Status.PAST_DUE: "watch",
    Status.PAUSED: "watch",
    Status.UNPAID: "risk",
    Status.CANCELLED: "risk",
}
DIRECTIONS: Mapping[Direction, Promise] = {
    Direction.UPGRADE: _("upgrade"),
    Direction.DOWNGRADE: _("downgrade"),
    Direction.SIDEWAYS: _("same price"),
}
RECOGNITIONS: Mapping[Recognition, Promise] = {
    Recognition.CANCELLED: _("When the subscription is over in billing"),
    Recognition.PERIOD_END: _("At the end of what was paid for"),
    Recognition.SCHEDULED: _("When the cancellation is asked for"),
}
INVOICES: Mapping[InvoiceStatus, Promise] = {
    InvoiceStatus.DRAFT: _("draft"),
    InvoiceStatus.OPEN: _("awaiting payment"),
    InvoiceStatus.PAID: _("paid"),
    InvoiceStatus.VOID: _("void"),
    InvoiceStatus.UNCOLLECTIBLE: _("uncollectible"),
}
PAYMENTS: Mapping[PaymentKind, Promise] = {
    PaymentKind.PAYMENT: _("payment"),
    PaymentKind.REFUND: _("refund"),
    PaymentKind.FAILURE: _("payment failed"),
    PaymentKind.CREDIT: _("credit note"),
    PaymentKind.DISPUTE: _("dispute"),
}
