"""What a monitoring system asks."""
