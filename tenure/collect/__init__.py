"""The door events come in by: Segment's HTTP API, answered once what came in is safely stored."""
