"""Writes to privacy: asking for an erasure and carrying it out, retention, consent."""

from tenure.privacy.actions.consenting import hear_consents, record_consents, write_consent
from tenure.privacy.actions.erasing import ask_to_erase, carry_out
from tenure.privacy.actions.retaining import forget_what_is_old, set_retention

__all__ = [
    "ask_to_erase",
    "carry_out",
    "forget_what_is_old",
    "hear_consents",
    "record_consents",
    "set_retention",
    "write_consent",
]
