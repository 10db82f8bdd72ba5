"""Accounts: the customer companies, how they are, and everything known of them."""

from tenure.api.resources.accounts import exporting, facts, listing, standing
from tenure.api.resources.accounts.routing import router

__all__ = ["exporting", "facts", "listing", "router", "standing"]
