"""Numbers in, numbers out: the statistics that the other domains stand on, without a database or a clock."""
