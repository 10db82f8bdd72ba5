"""What a load balancer or a watchdog asks."""
