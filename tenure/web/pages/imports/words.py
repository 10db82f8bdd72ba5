"""What imports, their fields and their states are called."""

from django.utils.translation import gettext_lazy as _

from tenure.connectors.files.types import Kind, Status, Target, ValueType

KINDS = {Kind.ACCOUNTS: _("Accounts"), Kind.PEOPLE: _("People")}
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
    Target.TRAIT: _("A trait"),
}
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
