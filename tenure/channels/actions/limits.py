"""How often, and when, the workspace lets itself reach people."""

from typing import TYPE_CHECKING

from django.db import transaction

from tenure.channels import rules
from tenure.channels.errors import PolicyInvalid
from tenure.channels.models import ContactPolicy
from tenure.channels.types import Policy
from tenure.kernel import tenancy
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def change_contact_policy(policy: Policy, *, by: "Member") -> Policy:
    """Set the limits of the workspace; they hold from the next touch on. Raises `PolicyInvalid`."""
    if not (1 <= policy.cap_messages <= 100 and 1 <= policy.cap_days <= 90):
        raise PolicyInvalid("the cap is 1 to 100 messages in 1 to 90 days")
    if policy.reply_to and not rules.is_address(policy.reply_to):
        raise PolicyInvalid("the reply address is not an e-mail address")
    ContactPolicy.objects.update_or_create(
        workspace_id=tenancy.current_workspace_id(),
        defaults={
            "cap_messages": policy.cap_messages,
            "cap_days": policy.cap_days,
            "quiet_from": policy.quiet_from,
            "quiet_until": policy.quiet_until,
            "sender_name": policy.sender_name[:120],
            "reply_to": policy.reply_to,
        },
    )
    workspaces.record_audit(
        "channels.change_contact_policy",
        by=by,
        subject="contact policy",
        details={
            "cap": f"{policy.cap_messages} in {policy.cap_days} days",
            "quiet": f"{policy.quiet_from:%H:%M}-{policy.quiet_until:%H:%M}",
        },
    )
    return policy
