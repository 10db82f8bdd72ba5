"""Writes to customers: who is who, what is known, who looks after whom."""

from tenure.customers.actions.resolving import resolve_calls

__all__ = ["resolve_calls"]
