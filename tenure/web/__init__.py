"""The door for our own team: pages."""
