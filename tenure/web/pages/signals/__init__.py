"""What was noticed, and what members make of it."""
