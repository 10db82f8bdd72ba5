"""What can go wrong in billing."""

from tenure.kernel.errors import Invalid


class CurrencyUnknown(Invalid):
    """This is not a currency with three letters, such as USD."""

    code = "currency_unknown"


class RateImpossible(Invalid):
    """An exchange rate is a number greater than zero."""

    code = "rate_impossible"


class BillingChoiceInvalid(Invalid):
    """This cannot be chosen for billing; the message says what can."""

    code = "billing_choice_invalid"


class RecordUnusable(Invalid):
    """A record of billing contradicts itself or says too little; the message says which and why."""

    code = "record_unusable"
