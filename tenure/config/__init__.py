"""Settings, addresses and the `tenure` command: the only place that reads the environment."""
