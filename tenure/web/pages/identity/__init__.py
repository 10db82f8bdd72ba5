"""Who is who, and whose word counts: merges, possible duplicates, hierarchies, roles, and the traits themselves."""
