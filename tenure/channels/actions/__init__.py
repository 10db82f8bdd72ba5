"""Writes to channels: queueing, sending, unsubscribing, templates, topics, limits."""

from tenure.channels.actions.forgetting import forget_messages_before
from tenure.channels.actions.limits import change_contact_policy
from tenure.channels.actions.merging import (
    follow_merged_accounts,
    follow_merged_people,
    follow_parted_accounts,
    follow_parted_people,
)
from tenure.channels.actions.queueing import queue_message, queue_messages, send_account_mail
from tenure.channels.actions.sending import resend_message, send_waiting
from tenure.channels.actions.templates import (
    archive_template,
    change_template,
    define_template,
    define_topic,
)
from tenure.channels.actions.trying import send_test
from tenure.channels.actions.unsubscribing import resubscribe, unsubscribe, unsubscribe_person

__all__ = [
    "archive_template",
    "change_contact_policy",
    "change_template",
    "define_template",
    "define_topic",
    "follow_merged_accounts",
    "follow_merged_people",
    "follow_parted_accounts",
    "follow_parted_people",
    "forget_messages_before",
    "queue_message",
    "queue_messages",
    "resend_message",
    "resubscribe",
    "send_account_mail",
    "send_test",
    "send_waiting",
    "unsubscribe",
    "unsubscribe_person",
]
