"""What members want told when an account enters a segment: each such wish opens signals of its own kind."""
