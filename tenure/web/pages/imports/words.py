"""What imports, their fields and their states are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tenure.connectors.files.types import Kind, Status, Target, ValueType

KINDS = {
    Kind.ACCOUNTS: _("Accounts"),
    Kind.PEOPLE: _("People"),
    Kind.EVENTS: _("Events"),
    Kind.SUBSCRIPTIONS: _("Subscriptions"),
    Kind.TICKETS: _("Tickets"),
    Kind.SPEND: _("What was spent on winning customers"),
    Kind.COMPANIES: _("Facts about companies"),
}
STATES = {
    Status.MAPPING: (_("Waiting for you"), ""),
    Status.CHECKING: (_("Being checked"), "info"),
    Status.CHECKED: (_("Checked"), "info"),
    Status.RUNNING: (_("Running"), "info"),
    Status.DONE: (_("Done"), "good"),
    Status.FAILED: (_("Stopped"), "risk"),
    Status.UNDOING: (_("Being taken back"), "info"),
    Status.UNDONE: (_("Taken back"), ""),
}
TARGETS = {
    Target.EXTERNAL_ID: _("Id in your product"),
    Target.DOMAIN: _("Domain"),
    Target.EMAIL: _("E-mail address"),
    Target.NAME: _("Name"),
    Target.FIRST_NAME: _("First name"),
    Target.LAST_NAME: _("Last name"),
    Target.ACCOUNT_ID: _("Id of their account"),
    Target.ROLE: _("Role"),
    Target.PARENT_ID: _("Id of the parent account"),
    Target.TIMEZONE: _("Time zone"),
    Target.LOCALE: _("Language"),
    Target.SIGNED_UP_AT: _("Signed up"),
    Target.EVENT: _("Event"),
    Target.TIMESTAMP: _("When it happened"),
    Target.USER_ID: _("Id of the person"),
    Target.ANONYMOUS_ID: _("Id of a visitor"),
    Target.MESSAGE_ID: _("Id of the event"),
    Target.PROPERTIES: _("An object of properties"),
    Target.ACCOUNT: _("Id of the account"),
    Target.SUBSCRIPTION: _("Id of the subscription"),
    Target.PLAN: _("Plan"),
    Target.QUANTITY: _("Quantity"),
    Target.AMOUNT: _("Amount of one bill"),
    Target.UNIT_AMOUNT: _("Price for each"),
    Target.CURRENCY: _("Currency"),
    Target.INTERVAL: _("Billing interval"),
    Target.STARTED: _("Started"),
    Target.TRIAL_END: _("End of the trial"),
    Target.ENDED: _("Ended"),
    Target.CANCELLED: _("Cancelled"),
    Target.PERIOD_END: _("Paid until"),
    Target.STATUS: _("Status"),
    Target.DISCOUNT: _("Discount in percent"),
    Target.DISCOUNT_UNTIL: _("Discount until"),
    Target.CHANGED: _("Holds from"),
    Target.SUBJECT: _("Subject"),
    Target.PRIORITY: _("Priority"),
    Target.CHANNEL: _("Channel"),
    Target.OPENED_AT: _("Opened"),
    Target.FIRST_ANSWERED_AT: _("First answered"),
    Target.SOLVED_AT: _("Solved"),
    Target.SATISFACTION: _("Satisfaction"),
    Target.MONTH: _("Month"),
    Target.FIRST: _("First day"),
    Target.LAST: _("Last day"),
    Target.COMPANY_NAME: _("Name of the company"),
    Target.FUNDING: _("Total funding in USD"),
    Target.LAST_ROUND: _("Last round of funding"),
    Target.LAST_ROUND_ON: _("Day of the last round"),
    Target.FOLLOWERS: _("Followers"),
    Target.BRAND_LIST: _("List of brands"),
    Target.TRAIT: _("A trait"),
    Target.PROPERTY: _("A property"),
    Target.USER_TRAIT: _("A trait of the person"),
    Target.ACCOUNT_TRAIT: _("A trait of the account"),
}
OF_KIND = {(Kind.SPEND, Target.AMOUNT): _("What was spent")}
"""What a field is called in one kind of file, where that is not what it is called in the others."""
KEYS = {Target.EVENT: _("Event (or one for every row, below)")}
"""What is asked for of a file otherwise than a column is called."""

TYPES = {
    ValueType.TEXT: _("text"),
    ValueType.NUMBER: _("number"),
    ValueType.BOOLEAN: _("yes or no"),
    ValueType.DATE: _("date"),
    ValueType.AS_IS: _("as it is"),
}
OUTCOMES = {
    "new": (_("new"), "good"),
    "changed": (_("changed"), "info"),
    "same": (_("the same"), ""),
    "refused": (_("refused"), "watch"),
}


def target(kind: Kind, of: Target) -> Any:
    """Return what a field is called in files of a kind."""
    return OF_KIND.get((kind, of), TARGETS[of])
