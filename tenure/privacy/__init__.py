"""What may be kept about whom: export, erasure with its ledger, retention and consent."""
