"""People: everybody known by name, and the page of one of them."""
