"""What customers pay: subscriptions as their provider told them, invoices, payments, and the ledger of MRR."""
