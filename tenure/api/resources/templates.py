"""Templates: messages to be sent to many; their content is in versions, which never change."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.channels import queries

if TYPE_CHECKING:
    from tenure.channels.models import Template, TemplateVersion

router = Router(tags=["messages"])


class TemplateOut(Schema):
    """One template, with what it says now."""

    id: int = said("Which template.", 2)
    name: str = said("What it is called.", "Two weeks in")
    channel: str = said("How it is sent.")
    version: int | None = said("Which version is sent now; null when there is none yet.", 3)
    subject: str = said("Its subject line, tags as written.", "{{ person.first_name }}, what next?")
    preview: str = said("The line that mail programs show beside the subject.", "Three things worth ten minutes")
    body: str = said("What it says: MJML or Markdown, tags as written.", 'Hello {{ person.first_name | "there" }},\n')
    tags: list[str] = said("The tags used: what must be known to fill it.", ["person.first_name"])
    created_at: datetime = said("When it was written first.")
    changed_at: datetime = said("When it was changed last.")
    archived_at: datetime | None = said("Since when it is out of use.", None)


class TemplateVersionOut(Schema):
    """What a template said from one change to the next."""

    number: int = said("Which version.", 3)
    subject: str = said("The subject line.", "What next?")
    preview: str = said("The line beside the subject.", "")
    body: str = said("What it said, as written.", "Hello")
    tags: list[str] = said("The tags used.", ["person.first_name"])
    created_at: datetime = said("From when on.")
    created_by_id: int | None = said("The member who wrote it.", 3)


@lists(router, "", TemplateOut, summary="List templates")
def list_templates(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the templates in use, by name."""
    return page_of_few(list(queries.templates()), cursor, limit, _shown)


@router.get("/{int:template_id}", response=TemplateOut, summary="One template")
def read_template(request: ApiCall, template_id: int) -> Any:
    """Return one template with what it says now."""
    return _shown(queries.template(reachable(template_id)))


@lists(router, "/{int:template_id}/versions", TemplateVersionOut, summary="What a template said over time")
def list_versions(request: ApiCall, template_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the versions of a template, the latest first."""
    return page_of_few(list(queries.template_versions(queries.template(reachable(template_id)))), cursor, limit)


def _shown(template: "Template") -> dict[str, Any]:
    now: TemplateVersion | None = template.current
    return {
        "id": template.pk,
        "name": template.name,
        "channel": template.channel,
        "version": now.number if now else None,
        "subject": now.subject if now else "",
        "preview": now.preview if now else "",
        "body": now.body if now else "",
        "tags": now.tags if now else [],
        "created_at": template.created_at,
        "changed_at": template.changed_at,
        "archived_at": template.archived_at,
    }
