"""What every domain stands on: clock, errors, tenancy, the outbox and the stages of background work."""
