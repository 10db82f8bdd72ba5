"""What one would write first: a Django project whose view stores a row per event. The baseline of `bench.intake`."""
