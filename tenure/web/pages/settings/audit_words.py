"""What the actions of the audit trail are called."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "accounts.assign_owner": _("gave an account another owner"),
    "accounts.assign_owners": _("gave accounts another owner"),
    "api_keys.create": _("made an API key"),
    "api_keys.revoke": _("revoked an API key"),
    "channels.archive_template": _("archived a template"),
    "channels.change_contact_policy": _("changed how often people are reached"),
    "channels.change_template": _("changed a template"),
    "channels.define_template": _("wrote a template"),
    "channels.define_topic": _("named a topic"),
    "channels.resend_message": _("sent a message again"),
    "channels.send_test": _("sent themselves a test"),
    "channels.unsubscribe_person": _("unsubscribed somebody"),
    "journeys.archive": _("archived a journey"),
    "journeys.change": _("changed a journey"),
    "journeys.define": _("made a journey"),
    "journeys.delete_draft": _("deleted a draft of a journey"),
    "journeys.end_enrolment": _("took somebody out of a journey"),
    "journeys.launch": _("launched a journey"),
    "journeys.pause": _("paused a journey"),
    "journeys.resume": _("resumed a journey"),
    "members.bring_back": _("brought a member back"),
    "members.change_role": _("changed a permission role"),
    "members.invite": _("invited"),
    "members.join": _("joined"),
    "members.remove": _("removed a member"),
    "members.withdraw_invitation": _("withdrew an invitation"),
    "playbooks.archive": _("archived a playbook"),
    "playbooks.change": _("changed a playbook"),
    "playbooks.define": _("wrote a playbook"),
    "segments.archive": _("archived a segment"),
    "segments.change": _("changed a segment"),
    "segments.define": _("defined a segment"),
    "segments.pause": _("paused a segment"),
    "segments.restore": _("brought a segment back"),
    "segments.resume": _("resumed a segment"),
    "workspaces.change": _("changed the workspace"),
    "workspaces.create": _("set the workspace up"),
    "write_keys.create": _("added a source"),
    "write_keys.retire": _("retired a write key"),
    "write_keys.roll": _("rolled a write key"),
}


def in_words(action: str) -> str:
    """Return an action in words, or its code when it has none here."""
    return str(WORDS.get(action, action))
