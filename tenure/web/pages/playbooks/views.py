"""The list of playbooks, one playbook with its runs, and one run."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.kernel import clock
from tenure.playbooks import actions, queries
from tenure.playbooks.types import RunOutcome, RunStatus, TaskKind
from tenure.segments import queries as segments
from tenure.web.answering import go_back
from tenure.web.pages.my_day.words import ICONS, kind_name, reason_words
from tenure.web.pages.playbooks.words import outcome_name, run_status_name, task_status_name, trigger_sentence
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

ROWS = 50
CHOSEN = (RunOutcome.SAVED, RunOutcome.NO_CHANGE, RunOutcome.LOST, RunOutcome.FALSE_ALARM, RunOutcome.DONE)


@require_safe
def playbooks(request: Visit) -> HttpResponse:
    """List playbooks with what became of their runs."""
    rows = queries.playbooks(clock.now())
    shown = [
        (row, trigger_sentence(row.trigger, row.trigger_name), [(outcome_name(o), n) for o, n in row.outcomes.items()])
        for row in rows
    ]
    return render(request, "playbooks/playbooks.html", {"rows": shown})


@require_safe
def playbook(request: Visit, pk: int) -> HttpResponse:
    """Show what a playbook asks for, and its runs."""
    found = queries.playbook(pk)
    trigger = queries.playbook_trigger(found)
    status = request.GET.get("status", "")
    chosen = RunStatus(status) if status in set(RunStatus) else None
    page = Paginator(queries.runs_of_playbook(pk, status=chosen), ROWS).get_page(request.GET.get("page"))
    shown = {
        "playbook": found,
        "trigger": trigger_sentence(trigger, segments.segment_names().get(trigger.segment_id or 0, "")),
        "tasks": [(t, ICONS[t.kind], kind_name(t.kind)) for t in queries.playbook_tasks(found)],
        "page": page,
        "runs": [(r, run_status_name(r.status), outcome_name(r.outcome), reason_words(r.reason)) for r in page],
        "status": chosen,
        "statuses": [(s, run_status_name(s)) for s in RunStatus],
    }
    return render(request, "playbooks/playbook.html", shown)


@require_safe
def run(request: Visit, pk: int) -> HttpResponse:
    """Show one run: why it was opened, and where its tasks stand."""
    found = queries.run(pk)
    shown = {
        "run": found,
        "status": run_status_name(found.status),
        "outcome": outcome_name(found.outcome),
        "reason": reason_words(found.reason),
        "tasks": [
            (t, ICONS[TaskKind(t.kind)], kind_name(t.kind), task_status_name(t.status)) for t in found.tasks.all()
        ],
        "is_open": found.status == RunStatus.OPEN,
        "outcomes": [(o, outcome_name(o)) for o in CHOSEN],
    }
    return render(request, "playbooks/run.html", shown)


@require_POST
@needs(PermissionRole.MEMBER)
def finish(request: Visit, pk: int) -> HttpResponse:
    """Finish a run with what came of it; tasks left are taken off their lists."""
    asked = request.POST.get("outcome", "")
    outcome = RunOutcome(asked) if asked in set(CHOSEN) else RunOutcome.DONE
    actions.finish_run(queries.run(pk), outcome=outcome, by=request.member, notes=request.POST.get("notes", "")[:4_000])
    say(request, _("The run is finished."))
    return go_back(request, "playbooks")
