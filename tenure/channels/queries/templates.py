"""Templates and topics."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

from tenure.channels import rules
from tenure.channels.email.writing import compile_template
from tenure.channels.errors import TemplateUnknown
from tenure.channels.models import Template, TemplateVersion, Topic
from tenure.channels.queries.readers import reader_of
from tenure.channels.types import Compiled, MessagePreview
from tenure.kernel import tenancy
from tenure.workspaces import queries as workspaces


def templates() -> QuerySet[Template]:
    """Return the templates in use, with their current version, by name."""
    return Template.objects.filter(archived_at=None).select_related("current").order_by("name", "pk")


def template(pk: int) -> Template:
    """Return one template with its current version; raises `TemplateUnknown`."""
    found = Template.objects.select_related("current").filter(pk=pk).first()
    if found is None:
        raise TemplateUnknown
    return found


def template_versions(template: Template) -> QuerySet[TemplateVersion]:
    """Return what a template said over time, latest first."""
    return TemplateVersion.objects.filter(template=template).select_related("created_by").order_by("-number")


def current_versions(template_ids: Collection[int]) -> dict[int, TemplateVersion]:
    """Return what these templates say now; archived and unknown ones are left out."""
    found = Template.objects.filter(pk__in=list(template_ids), archived_at=None).select_related("current")
    return {t.pk: t.current for t in found if t.current is not None}


def current_version(template_id: int) -> TemplateVersion:
    """Return what one template says now; raises `TemplateUnknown`."""
    try:
        return current_versions([template_id])[template_id]
    except KeyError:
        raise TemplateUnknown from None


def template_topics(template_ids: Collection[int]) -> dict[int, str]:
    """Return the keys of what these templates are about; those that say nothing of it are left out."""
    found = Template.objects.filter(pk__in=list(template_ids)).exclude(topic="")
    return dict(found.values_list("pk", "topic"))


def known_tags() -> tuple[str, ...]:
    """Return the tags any template may use; traits (`person.traits.plan`) come on top of them."""
    return rules.KNOWN_TAGS


def topics() -> QuerySet[Topic]:
    """Return the workspace's topics by name."""
    return Topic.objects.order_by("name", "pk")


def topic_names() -> dict[str, str]:
    """Return the names of topics by key."""
    return dict(Topic.objects.values_list("key", "name"))


def compiled(*, subject: str, preview: str, body: str) -> Compiled:
    """Check what a template says and make it ready, in the workspace's language; raises `TemplateInvalid`."""
    locale = workspaces.workspace(tenancy.current_workspace_id()).locale
    with translation.override(locale):
        return compile_template(
            subject=subject, preview=preview, body=body, lang=locale, unsubscribe_words=gettext("Unsubscribe")
        )


def preview(
    *, subject: str, preview: str, body: str, person_id: int | None = None, account_id: int | None = None
) -> MessagePreview:
    """Show what a template would say to somebody (or to nobody in particular); raises `TemplateInvalid`."""
    made = compiled(subject=subject, preview=preview, body=body)
    values = rules.tag_values(made.tags, reader_of(person_id, account_id)) | {rules.UNSUBSCRIBE_URL: "#"}
    return MessagePreview(
        subject=rules.fill(subject, values, rules.for_header),
        html=rules.fill(made.html, values, rules.for_html),
        text=rules.fill(made.text, values, rules.for_text),
        tags=made.tags,
    )
