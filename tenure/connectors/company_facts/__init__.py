"""Facts about companies by their domain: brand lists, funding and followers, from CSV or an HTTP provider."""
