"""Tables of the Stripe connector. What Stripe said is kept as it came; the rest can be made from it again."""

from django.db import models

from tenure.kernel.tenancy import ScopedModel


class Connection(ScopedModel):
    """One account of Stripe's (in live or in test mode) that a workspace reads."""

    address = models.CharField(max_length=40, unique=True)
    """The last part of its webhook's address: not to be guessed."""
    name = models.CharField(max_length=120)
    sealed_key = models.BinaryField(null=True)
    key_hint = models.CharField(max_length=24, blank=True)
    is_live = models.BooleanField(default=True)
    account_id = models.CharField(max_length=60, blank=True)
    account_name = models.CharField(max_length=255, blank=True)
    match_order = models.JSONField(default=list)
    account_field = models.CharField(max_length=80, default="account_id")
    """The key of a customer's metadata that holds the account's id."""
    made_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True)
    last_told_at = models.DateTimeField(null=True)
    """When a webhook was last taken."""
    key_problem = models.CharField(max_length=60, blank=True)
    """The code of what is wrong with the key, and in words what Stripe said."""
    key_problem_words = models.CharField(max_length=500, blank=True)
    key_checked_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    """Stripe asked us not to come back before."""
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often in a row Stripe could not be reached."""

    def __str__(self) -> str:
        return self.name


class WebhookSecret(ScopedModel):
    """A signing secret of a connection's webhook; while one is rolled there are two."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    sealed_secret = models.BinaryField()
    hint = models.CharField(max_length=24)
    added_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True)


class DoorRefusal(ScopedModel):
    """How often deliveries were not taken, by reason; what a stranger sent is not kept."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=24)
    count = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "reason"], name="one_count_per_reason")]


class Told(ScopedModel):
    """One object as Stripe told us of it: the raw body of a webhook, or a row of a list that a back-fill read.

    Written before the webhook is answered; `telling_id` (the event's id) makes a repeat no second row.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    telling_id = models.CharField(max_length=120)
    way = models.CharField(max_length=10)
    type = models.CharField(max_length=80)
    kind = models.CharField(max_length=24, blank=True)
    """Empty: nothing we read."""
    object_id = models.CharField(max_length=120, blank=True)
    customer_id = models.CharField(max_length=120, blank=True)
    payment_key = models.CharField(max_length=120, blank=True)
    """What a charge, its invoice and its refunds have in common: the payment intent, or the charge itself."""
    created = models.DateTimeField()
    """When it was so, by Stripe's clock, in whole seconds."""
    content = models.BinaryField()
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    lacking = models.JSONField(default=list)
    """What could not be found out when it was read, as `kind id`."""

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "telling_id"], name="told_once_by_stripe")]
        indexes = [
            models.Index(fields=["connection", "id"], name="stripe_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["connection", "customer_id", "kind"], name="stripe_of_customer"),
            models.Index(fields=["connection", "object_id"], name="stripe_of_object"),
            models.Index(
                fields=["connection", "payment_key"], name="stripe_of_payment", condition=~models.Q(payment_key="")
            ),
            models.Index(fields=["connection"], name="stripe_lacking", condition=~models.Q(lacking=[])),
        ]


class Reference(ScopedModel):
    """A product, price, coupon or discount as it is known now; subscriptions are read by them."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=24)
    object_id = models.CharField(max_length=120)
    content = models.BinaryField()
    is_whole = models.BooleanField(default=False)
    """Read from the API with what webhooks leave out: a price's tiers, the products a coupon is for."""
    as_of = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "kind", "object_id"], name="one_stripe_reference")]


class StripeCustomer(ScopedModel):
    """A customer of Stripe's, and which account that is; `account` is empty until it is known."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer_id = models.CharField(max_length=120)
    name = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=320, blank=True)
    metadata = models.JSONField(default=dict)
    reference = models.CharField(max_length=500, blank=True)
    """The `client_reference_id` of the newest checkout."""
    reference_as_of = models.DateTimeField(null=True)
    as_of = models.DateTimeField()
    is_deleted = models.BooleanField(default=False)
    account = models.ForeignKey("customers.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    matched_by = models.CharField(max_length=12, blank=True)
    matched_at = models.DateTimeField(null=True)
    why_not = models.CharField(max_length=40, blank=True)
    recorded_as_of = models.DateTimeField(null=True)
    """When billing was last told whose they are."""

    personal = ("name", "email", "metadata", "reference")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "customer_id"], name="one_stripe_customer")]
        indexes = [
            models.Index(
                fields=["connection", "id"], name="stripe_unmatched", condition=models.Q(account=None, is_deleted=False)
            )
        ]


class BackFill(ScopedModel):
    """One reading of everything in an account of Stripe's, list by list; goes on where it stopped."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    phase = models.CharField(max_length=20)
    cursor = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField(null=True)
    """Only events from then on are listed; None: all that Stripe still has, which is those of 30 days."""
    rows = models.PositiveBigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    skipped = models.JSONField(default=list)
    """Lists that the key may not read."""
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["connection"], name="one_back_fill_at_a_time", condition=models.Q(finished_at=None)
            )
        ]


class RecordedState(ScopedModel):
    """A state of a subscription that was handed to billing, so that only what differs is handed over again."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer_id = models.CharField(max_length=120)
    subscription_id = models.CharField(max_length=120)
    as_of = models.DateTimeField()
    provenance = models.CharField(max_length=160)
    mark = models.CharField(max_length=64)
    """A digest of what was said."""

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "subscription_id", "as_of", "provenance"], name="one_state_handed_over"
            )
        ]
        indexes = [models.Index(fields=["connection", "customer_id"], name="stripe_states_of_customer")]
