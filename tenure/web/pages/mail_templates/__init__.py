"""E-mail templates: which there are, what they say to somebody, and writing them."""
