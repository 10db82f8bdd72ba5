"""Segments: which accounts or people, what they select, who is in them and why."""

from tenure.api.resources.segments import changing, inside, listing, lists
from tenure.api.resources.segments.routing import router

__all__ = ["changing", "inside", "listing", "lists", "router"]
