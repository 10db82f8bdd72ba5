"""What the demo workspace has set up: its team, segments, playbooks, journeys and saved views."""
