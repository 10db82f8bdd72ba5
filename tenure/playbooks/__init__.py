"""Human work to do when something happens: playbooks, their runs, tasks, logged calls, and a member's day."""
