"""The first start, and coming in by an invitation."""
