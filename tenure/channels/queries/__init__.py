"""Reads of channels: messages for the outbox page, templates, topics, limits, and who said no."""

from tenure.channels.queries.letters import letter_of
from tenure.channels.queries.messages import (
    message,
    message_counts,
    messages,
    messages_of_keys,
    statuses_of,
    subjects_of,
)
from tenure.channels.queries.reaching import contact_policy, contact_policy_of, contact_states
from tenure.channels.queries.readers import reader_of, readers
from tenure.channels.queries.templates import (
    compiled,
    current_version,
    current_versions,
    known_tags,
    preview,
    template,
    template_topics,
    template_versions,
    templates,
    topic_names,
    topics,
)
from tenure.channels.queries.unsubscribing import (
    message_of_token,
    unsubscribe_offer,
    unsubscribe_url,
    unsubscribes_of,
)

__all__ = [
    "compiled",
    "contact_policy",
    "contact_policy_of",
    "contact_states",
    "current_version",
    "current_versions",
    "known_tags",
    "letter_of",
    "message",
    "message_counts",
    "message_of_token",
    "messages",
    "messages_of_keys",
    "preview",
    "reader_of",
    "readers",
    "statuses_of",
    "subjects_of",
    "template",
    "template_topics",
    "template_versions",
    "templates",
    "topic_names",
    "topics",
    "unsubscribe_offer",
    "unsubscribe_url",
    "unsubscribes_of",
]
