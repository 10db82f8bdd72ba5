"""Which ones: named conditions over accounts or people, kept up to date."""
