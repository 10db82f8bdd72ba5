"""Decisions of VIPs; pure."""
