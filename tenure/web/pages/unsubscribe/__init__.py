"""Where a link in a message leads: asks, stops, and takes it back."""
