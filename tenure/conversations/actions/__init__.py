"""Writes of conversations."""

from tenure.conversations.actions.forgetting import forget_tickets_before
from tenure.conversations.actions.recording import record_tickets, withdraw_tickets

__all__ = ["forget_tickets_before", "record_tickets", "withdraw_tickets"]
