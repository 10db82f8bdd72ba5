"""What can go wrong between Stripe and us."""

from tenure.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchConnection(NotFound):
    """There is no such connection to Stripe here."""

    code = "no_such_connection"


class NoSuchStripeCustomer(NotFound):
    """Stripe has told us of no such customer."""

    code = "no_such_stripe_customer"


class KeyUnusable(Invalid):
    """This is no secret or restricted key of Stripe's; those begin with rk_live_, rk_test_, sk_live_ or sk_test_."""

    code = "stripe_key_unusable"


class WebhookSecretUnusable(Invalid):
    """This is no signing secret of a Stripe webhook; those begin with whsec_."""

    code = "stripe_webhook_secret_unusable"


class KeyRefused(NotAllowed):
    """Stripe does not know this key any more; make a new one in Stripe and give it here."""

    code = "stripe_key_refused"


class PermissionMissing(NotAllowed):
    """The key may not read this; give it the permission in Stripe, or make a new key."""

    code = "stripe_permission_missing"


class StripeAway(Conflict):
    """Stripe cannot be reached or has trouble; it will be tried again by itself."""

    code = "stripe_away"


class StripeBusy(StripeAway):
    """Stripe asks us to come back later."""

    code = "stripe_busy"

    def __init__(self, message: str = "", *, seconds: float = 1.0, **details: object) -> None:
        super().__init__(message, **details)
        self.seconds = seconds


class NotThere(NotFound):
    """Stripe has no such object."""

    code = "stripe_has_no_such_object"


class BackFillUnderWay(Conflict):
    """A back-fill of this connection is under way already."""

    code = "back_fill_under_way"


class Disconnected(Conflict):
    """This connection has been ended; make a new one."""

    code = "stripe_disconnected"


class TellingUnreadable(Invalid):
    """What Stripe told us cannot be read; it is kept as it came, with the reason."""

    code = "stripe_telling_unreadable"


class DoorRefused(Invalid):
    """Something at the webhook's door was not taken: its signature, age, size or form is wrong."""

    code = "stripe_webhook_refused"
