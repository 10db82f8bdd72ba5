"""What the simulated members write down after a call or a finished task."""

from __future__ import annotations

from tenure.signals.types import FalseReason

REACHED_FADING: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "The person who ran planning has left and nobody took it over. Offered to train two successors next week.",
        {"what_changed": "Their planner left", "wish": "Training for two successors"},
    ),
    (
        "They moved their stand-ups to a shared sheet because it is faster on the phone. Showed the mobile board.",
        {
            "what_changed": "Daily work moved to a sheet",
            "uses_instead": "A spreadsheet",
            "wish": "Quicker on the phone",
        },
    ),
    (
        "The big project ended; the next begins in spring. Suggested the smaller plan until then; they are thinking.",
        {"what_changed": "A project ended", "wish": "A smaller plan for the quiet months"},
    ),
    (
        "Half the team was let go. They still need it for five people. Sent the steps to reduce seats.",
        {"what_changed": "Fewer colleagues", "wish": "Fewer seats"},
    ),
    (
        "Annoyed that recurring tasks cannot skip holidays. Passed it on as a request, showed the work-around.",
        {"what_changed": "Recurring tasks annoy them", "wish": "Recurring tasks that skip holidays"},
    ),
)
REACHED_FALSE_ALARM: tuple[tuple[str, FalseReason], ...] = (
    ("All is well: half the team was at a trade fair, the rest on holiday. Back next week.", FalseReason.SEASON),
    ("Stock-taking; they do this every quarter. Nothing to worry about.", FalseReason.SEASON),
    ("Two people share the planning for now, and are content with it.", FalseReason.AGREED),
    ("They are still three, as ever; one of them was ill for a while.", FalseReason.TOO_SMALL),
)
REACHED_WELCOME: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "Eight people plan client projects. They want weekly reports without copying by hand. Showed saved reports.",
        {"team_does": "Client projects", "aims_for": "Weekly reports without copying", "came_from": "Spreadsheets"},
    ),
    (
        "Event planning with many volunteers. Deadlines matter most. Showed dependencies and reminders.",
        {"team_does": "Events", "aims_for": "No missed deadlines", "came_from": "E-mail and a whiteboard"},
    ),
    (
        "Wants every office on one plan by the end of the quarter. Will invite the two other offices.",
        {
            "team_does": "Operations in three offices",
            "aims_for": "One plan for all offices",
            "came_from": "Another tool",
        },
    ),
)
REACHED_UPGRADE: tuple[tuple[str, dict[str, str]], ...] = (
    ("More seats for the new office. Happy to be a reference.", {"upgrade_need": "Seats for a new office"}),
    ("Needed automations for approvals. Asked for a template; sent ours.", {"upgrade_need": "Automated approvals"}),
)
REACHED_RENEWAL: tuple[str, ...] = (
    "Will renew. Would like the invoice two weeks earlier this time.",
    "Will renew with five more seats; their buyer confirms by Friday.",
    "Asked for a second year at the same price. Offered it for a two-year term.",
)
NO_ANSWER: tuple[str, ...] = ("", "Tried twice.", "Their line says they are closed today.")
DONE: tuple[str, ...] = ("", "", "Sent.", "Done; they answered within the hour.")
PLANNED: tuple[tuple[str, str, int], ...] = (
    ("check_in", "Quarterly check-in", 25),
    ("call", "Ask how the new colleagues are settling in", 15),
    ("email", "Send the story about automations", 10),
    ("todo", "Prepare the numbers for their review", 30),
    ("call", "Talk about the missing calendar connection", 20),
    ("email", "Answer the question about seats", 10),
    ("check_in", "Look at their saved reports together", 20),
)
"""What members plan for themselves: kind, title, minutes."""
