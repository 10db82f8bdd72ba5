"""What was said: tickets, whatever desk they were answered at. They stand on the timelines of accounts and people."""
