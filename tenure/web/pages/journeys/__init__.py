"""Journeys: what they do, who is in them, and why each touch was or was not made."""
