"""Decisions about customers, pure: who is who, where use counts, which word wins."""
