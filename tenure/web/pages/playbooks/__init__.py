"""Playbooks, and what is being done of them."""
