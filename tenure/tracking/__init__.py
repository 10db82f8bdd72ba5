"""What happened: the intake log, events in the lake, rollups and the timeline."""
