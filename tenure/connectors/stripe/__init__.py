"""Brings customers, plans, subscriptions, invoices, payments and refunds from Stripe."""
