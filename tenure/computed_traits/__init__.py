"""Traits a workspace computes: from what people do, or from what is known of an account's people."""
