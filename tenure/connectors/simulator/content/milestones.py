"""What the demo's team asks of a new account, and the funnel it watches."""

from __future__ import annotations

from tenure.insights.types import FunnelSteps, Subject

MILESTONES = (
    ("First project", "Project Created", 3),
    ("First colleague invited", "Colleague Invited", 14),
    ("First report exported", "Report Exported", 30),
)
"""Name, event, and the day after sign-up by which it is due."""

FUNNELS = (
    (
        "From sign-up to a first report",
        FunnelSteps(
            subject=Subject.ACCOUNT,
            steps=(("Signed Up",), ("Project Created",), ("Report Viewed", "Report Exported")),
            limit_seconds=30 * 86_400,
        ),
    ),
)
