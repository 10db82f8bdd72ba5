"""Tables of billing. Amounts are minor units; prices finer than that are kept as text inside `content`."""

from django.db import models
from django.db.models.fields.json import KeyTextTransform

from tenure.kernel.tenancy import ScopedModel, current_workspace_id


class _Scoped(ScopedModel):
    """A table whose own indexes begin with the workspace."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        db_index=False,
    )

    class Meta(ScopedModel.Meta):
        abstract = True


class BillingSettings(ScopedModel):
    """What a workspace chose for its ledger. `currency` is what the ledger was worked out in."""

    recognition = models.CharField(max_length=12, default="cancelled", db_default="cancelled")
    merge_minutes = models.PositiveIntegerField(default=60, db_default=60)
    currency = models.CharField(max_length=3)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_billing_settings")]


class ExchangeRate(_Scoped):
    """How many units of the workspace's currency one unit of another is counted as, at all times."""

    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=24, decimal_places=12)
    is_chosen = models.BooleanField(default=True)
    set_at = models.DateTimeField()

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "currency"], name="one_rate_per_currency")]


class BillingCustomer(_Scoped):
    """Somebody who is billed, and which account that is."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=255)
    account = models.ForeignKey("customers.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    account_reference = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=500, blank=True)
    as_of = models.DateTimeField()
    provenance = models.CharField(max_length=160, blank=True)

    personal = ("account_reference", "email", "name")

    class Meta(_Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="one_billing_customer")
        ]


class Plan(_Scoped):
    """A plan or price of a provider."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    product = models.CharField(max_length=255, blank=True)
    as_of = models.DateTimeField()

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="one_plan")]


class Subscription(_Scoped):
    """A subscription of a provider; `account` is empty until it is known whose it is."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=255)
    account = models.ForeignKey("customers.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    account_reference = models.CharField(max_length=500, blank=True)
    customer_reference = models.CharField(max_length=255, blank=True)
    referred_as_of = models.DateTimeField()
    """As of when the references were said."""

    personal = ("account_reference",)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="one_subscription")]
        indexes = [models.Index(fields=["workspace", "source", "customer_reference"], name="subscriptions_of_customer")]


class RecordedState(_Scoped):
    """A subscription as it was described at `as_of`; `content` is everything that was said."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+", db_index=False)
    as_of = models.DateTimeField()
    provenance = models.CharField(max_length=160, blank=True)
    content = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta(_Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["subscription", "as_of", "provenance"], name="one_state_per_telling")
        ]
        indexes = [models.Index("workspace", KeyTextTransform("currency", "content"), name="states_by_currency")]


class LedgerAccount(_Scoped):
    """An account as its ledger leaves it now. `due_at` is when time alone will change something or let it be told."""

    account = models.OneToOneField("customers.Account", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=12)
    mrr = models.BigIntegerField()
    by_currency = models.JSONField(default=dict)
    plan = models.CharField(max_length=255, blank=True)
    seats = models.BigIntegerField(null=True)
    renews_at = models.DateTimeField(null=True)
    renewal = models.PositiveIntegerField(null=True)
    """The how-manieth renewal that will be; 0 is the first bill, at the end of a trial."""
    ends_at = models.DateTimeField(null=True)
    """When its last subscription is scheduled to end."""
    list_mrr = models.BigIntegerField(null=True)
    """What it would pay without discounts; empty where nobody has worked that out yet."""
    discount_ends_at = models.DateTimeField(null=True)
    """When the first of its discounts ends by itself."""
    lives = models.JSONField(default=list)
    """When it began and ceased to have a paid subscription, as customers were told: [[moment, began], …]."""
    due_at = models.DateTimeField(null=True)
    is_restated = models.BooleanField(default=False, db_default=False)
    """Whether it is due because the workspace counts otherwise now: what changes by that did not happen to anybody."""
    worked_out_at = models.DateTimeField()

    class Meta(_Scoped.Meta):
        indexes = [
            models.Index(fields=["due_at"], name="ledgers_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["workspace", "-mrr"], name="ledgers_by_mrr"),
        ]


class LedgerThen(_Scoped):
    """An account as its ledger left it from `learnt_at` until the next row; CANCELLED with nothing when it was dropped.

    Written whenever `LedgerAccount` changes, and never again: so the past can be seen as it was known then.
    """

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    learnt_at = models.DateTimeField()
    status = models.CharField(max_length=12)
    mrr = models.BigIntegerField()
    plan = models.CharField(max_length=255, blank=True)
    seats = models.BigIntegerField(null=True)
    renews_at = models.DateTimeField(null=True)
    renewal = models.PositiveIntegerField(null=True)
    ends_at = models.DateTimeField(null=True)
    list_mrr = models.BigIntegerField(null=True)
    discount_ends_at = models.DateTimeField(null=True)

    class Meta(_Scoped.Meta):
        indexes = [models.Index(fields=["account", "-id"], name="ledgers_then_latest")]


class LedgerMovement(_Scoped):
    """One change of an account's MRR."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    amount = models.BigIntegerField()
    mrr_after = models.BigIntegerField()
    by_currency = models.JSONField()
    plan_from = models.CharField(max_length=255, blank=True)
    plan_to = models.CharField(max_length=255, blank=True)
    direction = models.CharField(max_length=10, blank=True)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["account", "at"], name="one_movement_at_once")]
        indexes = [models.Index(fields=["workspace", "-at", "-id"], name="movements_latest")]


class Told(_Scoped):
    """Something that was announced of an account, so that working its ledger out again does not tell it twice."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    mark = models.CharField(max_length=80)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["account", "mark"], name="told_once")]


class Invoice(_Scoped):
    """An invoice as its provider described it last."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=255)
    account = models.ForeignKey("customers.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    account_reference = models.CharField(max_length=500, blank=True)
    customer_reference = models.CharField(max_length=255, blank=True)
    subscription_reference = models.CharField(max_length=255, blank=True)
    number = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=14)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    tax = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()
    provenance = models.CharField(max_length=160, blank=True)

    personal = ("account_reference",)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="one_invoice")]


class InvoiceThen(_Scoped):
    """An invoice as it was told from `learnt_at` until the next row; written when it changes, and never again."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="+", db_index=False)
    learnt_at = models.DateTimeField()
    status = models.CharField(max_length=14)
    total = models.BigIntegerField()
    paid = models.BigIntegerField()
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta(_Scoped.Meta):
        indexes = [models.Index(fields=["invoice", "-id"], name="invoices_then_latest")]


class Payment(_Scoped):
    """Money that came in, went back or failed to come."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=255)
    account = models.ForeignKey("customers.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    account_reference = models.CharField(max_length=500, blank=True)
    customer_reference = models.CharField(max_length=255, blank=True)
    invoice_reference = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=8)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    as_of = models.DateTimeField()
    provenance = models.CharField(max_length=160, blank=True)

    personal = ("account_reference",)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="one_payment")]
        indexes = [models.Index(fields=["workspace", "at"], name="payments_by_time")]


class FailureThen(_Scoped):
    """Whether a payment was said to have failed, from `learnt_at` until the next row; none of what never failed."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="+", db_index=False)
    learnt_at = models.DateTimeField()
    has_failed = models.BooleanField()
    at = models.DateTimeField()

    class Meta(_Scoped.Meta):
        indexes = [
            models.Index(fields=["payment", "-id"], name="failures_then_latest"),
            models.Index(fields=["workspace", "at"], name="failures_then_by_time"),
        ]


class Spend(_Scoped):
    """What was spent on winning customers over some days."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=255)
    first = models.DateField()
    last = models.DateField()
    channel = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    provenance = models.CharField(max_length=160, blank=True)

    class Meta(_Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="one_spend")]
