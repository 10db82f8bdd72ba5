from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "tenure.connectors.simulator"
    label = "simulator"

    def ready(self) -> None:
        from tenure.connectors.registry import register
        from tenure.connectors.simulator import jobs  # noqa: F401  (registers its stage)
        from tenure.connectors.simulator.connector import SimulatorConnector

        register(SimulatorConnector())
