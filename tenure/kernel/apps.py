from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "tenure.kernel"
    label = "kernel"

    def ready(self) -> None:
        from tenure.kernel import arrays, jobs, outbox

        arrays.write_arrays_quickly()
        jobs.stage("announcements", every=1.0, order=20)(outbox.deliver)
        jobs.stage("announcements_swept", every=3600.0, order=95, lane="slow")(outbox.sweep)
