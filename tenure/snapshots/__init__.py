"""What was known of each account at the end of each week, in numbers: kept for ever, to learn from and to judge by."""
