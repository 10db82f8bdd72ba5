"""Templates and topics."""

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from tenure.channels import registry
from tenure.channels.errors import TemplateTaken, TemplateUnknown, TopicTaken, TopicUnknown
from tenure.channels.models import Template, TemplateVersion, Topic
from tenure.channels.queries.templates import compiled
from tenure.channels.types import Content
from tenure.kernel import clock
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def define_topic(name: str, *, about: str = "", key: str = "", by: "Member | None" = None) -> Topic:
    """Add something messages can be about; its key is made from the name. Raises `TopicTaken`."""
    key = (key or slugify(name) or f"topic-{Topic.objects.count() + 1}")[:60]
    topic, is_new = Topic.objects.get_or_create(key=key, defaults={"name": name[:120], "about": about[:300]})
    if not is_new:
        raise TopicTaken
    workspaces.record_audit("channels.define_topic", by=by, subject=name)
    return topic


@transaction.atomic
def define_template(
    name: str, *, content: Content, topic: str = "", channel: str = "email", by: "Member | None" = None
) -> Template:
    """Add a template; raises `TemplateInvalid` with all its problems, `TemplateTaken` or `TopicUnknown`."""
    registry.channel(channel)
    _check_topic(topic)
    now = clock.now()
    try:
        with transaction.atomic():
            template = Template.objects.create(
                name=name.strip()[:120], channel=channel, topic=topic, created_at=now, changed_at=now
            )
    except IntegrityError as error:
        raise TemplateTaken(name=name) from error
    _add_version(template, content=content, number=1, by=by)
    workspaces.record_audit("channels.define_template", by=by, subject=template.name)
    return template


@transaction.atomic
def change_template(
    template: Template, *, content: Content, name: str = "", topic: str = "", by: "Member | None" = None
) -> Template:
    """Say something else from now on; messages already queued keep what they say.

    A name or topic of "" stays as it is. Raises as `define_template` does, and `TemplateUnknown`.
    """
    template = _locked(template)
    _check_topic(topic)
    last = TemplateVersion.objects.filter(template=template).order_by("-number").first()
    if name and name.strip() != template.name:
        template.name = name.strip()[:120]
        try:
            with transaction.atomic():
                template.save(update_fields=["name"])
        except IntegrityError as error:
            raise TemplateTaken(name=name) from error
    if topic and topic != template.topic:
        template.topic = topic
        template.save(update_fields=["topic"])
    if last is None or (last.subject, last.preview, last.body) != (content.subject, content.preview, content.body):
        _add_version(template, content=content, number=last.number + 1 if last else 1, by=by)
    workspaces.record_audit("channels.change_template", by=by, subject=template.name)
    return template


@transaction.atomic
def archive_template(template: Template, *, by: "Member") -> Template:
    """Take a template out of use; journeys that still send it record why they did not."""
    template = _locked(template)
    template.archived_at = clock.now()
    template.save(update_fields=["archived_at"])
    workspaces.record_audit("channels.archive_template", by=by, subject=template.name)
    return template


def _check_topic(key: str) -> None:
    if key and not Topic.objects.filter(key=key).exists():
        raise TopicUnknown(topic=key)


def _add_version(template: Template, *, content: Content, number: int, by: "Member | None") -> None:
    made = compiled(subject=content.subject, preview=content.preview, body=content.body)
    template.changed_at = clock.now()
    template.current = TemplateVersion.objects.create(
        template=template,
        number=number,
        subject=content.subject.strip()[:300],
        preview=content.preview.strip()[:300],
        body=content.body,
        compiled_html=made.html,
        compiled_text=made.text,
        tags=list(made.tags),
        created_at=template.changed_at,
        created_by=by,
    )
    template.save(update_fields=["current", "changed_at"])


def _locked(template: Template) -> Template:
    found = Template.objects.select_for_update().filter(pk=template.pk, archived_at=None).first()
    if found is None:
        raise TemplateUnknown
    return found
