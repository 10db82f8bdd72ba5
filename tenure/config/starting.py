"""Making Django ready, for sub-commands and tools that touch records."""

import os


def use_django() -> None:
    """Set Django up from the environment."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    django.setup()
