from django.apps import AppConfig


class SegmentSignalsConfig(AppConfig):
    name = "tenure.segment_signals"
    label = "segment_signals"

    def ready(self) -> None:
        from tenure.kernel.outbox import subscribe
        from tenure.segment_signals import jobs, queries
        from tenure.segments.announcements import SegmentEntered, SegmentLeft
        from tenure.signals.registry import register_rules

        subscribe(SegmentEntered, jobs.on_segment_entered)
        subscribe(SegmentLeft, jobs.on_segment_left)
        register_rules("segment_signals", queries.signal_rules)
