"""Pages of imports from files."""
