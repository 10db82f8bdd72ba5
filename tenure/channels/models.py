"""Tables of channels: templates, topics, messages, who unsubscribed, and mail kept inside Tenure."""

from django.db import models
from django.db.models import Q

from tenure.kernel.tenancy import ScopedModel


class Topic(ScopedModel):
    """What messages are about, so that a person can stop one kind and keep another."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    about = models.CharField(max_length=300, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="one_topic_per_key")]

    def __str__(self) -> str:
        return self.name


class ContactPolicy(ScopedModel):
    """How often, and when, the workspace lets itself reach a person; without a row `types.Policy` holds."""

    cap_messages = models.PositiveSmallIntegerField()
    cap_days = models.PositiveSmallIntegerField()
    quiet_from = models.TimeField()
    quiet_until = models.TimeField()
    sender_name = models.CharField(max_length=120, blank=True)
    reply_to = models.EmailField(blank=True)

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_contact_policy")]


class Template(ScopedModel):
    """A message to be sent to many, with tags for what differs; its content is in versions, which never change."""

    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=30)
    topic = models.CharField(max_length=60, blank=True, default="")
    """The key of what it is about, unless a step of a journey says otherwise."""
    current = models.ForeignKey("channels.TemplateVersion", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], name="one_template_per_name", condition=Q(archived_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(ScopedModel):
    """What a template said from one change to the next: as written, and compiled ready for its tags to be filled."""

    template = models.ForeignKey("channels.Template", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=300)
    preview = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    compiled_html = models.TextField()
    compiled_text = models.TextField()
    tags = models.JSONField()
    """The tags used, as written before the `|`: what must be known of a person and an account to fill it."""
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("workspaces.Member", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_versions_in_order")]


class OutgoingMessage(ScopedModel):
    """One message to one person. The idempotency key makes it one, however often the work that queued it is repeated.

    A templated message keeps its version and the values of its tags, and is rendered when handed over or looked at;
    others keep `html` and `text`. The foreign keys to customers are read for pages; the address is what it goes to.
    """

    idempotency_key = models.CharField(max_length=200)
    channel = models.CharField(max_length=30)
    status = models.CharField(max_length=10)
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    account = models.ForeignKey("customers.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=320)
    topic = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=300)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    template_version = models.ForeignKey(
        "channels.TemplateVersion", on_delete=models.RESTRICT, null=True, related_name="+"
    )
    values = models.JSONField(default=dict)
    origin = models.CharField(max_length=80, blank=True)
    origin_name = models.CharField(max_length=160, blank=True)
    is_private = models.BooleanField(default=False)
    """Holds a sign-in link: shown to owners only, its body wiped once sent."""
    stays_local = models.BooleanField(default=False)
    """Never handed to a real carrier: made on a simulated clock or in the demo workspace."""
    is_local = models.BooleanField(default=False)
    """Went to the outbox inside Tenure instead of a carrier."""
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=30, blank=True)
    error = models.TextField(blank=True)
    receipt = models.CharField(max_length=300, blank=True)

    personal = ("address", "subject", "html", "text", "values", "error", "receipt")

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "idempotency_key"], name="one_message_per_key"),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "sending", "sent", "refused", "unsure"]), name="message_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], name="messages_waiting", condition=Q(status="waiting")),
            models.Index(fields=["claimed_at"], name="messages_sending", condition=Q(status="sending")),
            models.Index(fields=["workspace", "-id"], name="messages_latest"),
            models.Index(fields=["workspace", "status", "-id"], name="messages_by_status"),
            models.Index(fields=["person", "queued_at"], name="messages_of_person"),
            models.Index(fields=["account", "-id"], name="messages_of_account"),
            models.Index(fields=["workspace", "origin", "-id"], name="messages_by_origin"),
        ]

    def __str__(self) -> str:
        return self.subject


class LocalMail(ScopedModel):
    """The outbox inside Tenure: a message that was delivered here because no carrier may or can take it."""

    message = models.OneToOneField("channels.OutgoingMessage", on_delete=models.CASCADE, related_name="local_mail")
    delivered_at = models.DateTimeField()


class Unsubscribe(ScopedModel):
    """Somebody wants no more messages: of one topic, or of any (an empty topic). The address is what counts."""

    address = models.CharField(max_length=320)
    person = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    topic = models.CharField(max_length=60, blank=True)
    via = models.CharField(max_length=12)
    at = models.DateTimeField()
    message = models.ForeignKey("channels.OutgoingMessage", on_delete=models.SET_NULL, null=True, related_name="+")

    personal = ()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "address", "topic"], name="one_unsubscribe_per_topic")
        ]
        indexes = [models.Index(fields=["person"], name="unsubscribes_of_person")]
