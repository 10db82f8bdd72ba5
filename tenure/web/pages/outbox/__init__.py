"""What was sent to people, what was not, and how it looked."""
