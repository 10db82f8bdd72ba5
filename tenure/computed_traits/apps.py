from django.apps import AppConfig


class ComputedTraitsConfig(AppConfig):
    name = "tenure.computed_traits"
    label = "computed_traits"

    def ready(self) -> None:
        from tenure.computed_traits import jobs  # noqa: F401  (registers its stage)
