"""MRR, its movements, and what an account pays."""
