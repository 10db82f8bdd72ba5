"""Accounts: the customer companies, how they are, and everything known of them."""

from tenure.api.resources.accounts import facts, listing, standing
from tenure.api.resources.accounts.routing import router

__all__ = ["facts", "listing", "router", "standing"]
