"""No addresses of its own: the pages of what is defined show this editor."""
