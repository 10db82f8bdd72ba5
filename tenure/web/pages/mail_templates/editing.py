"""Writing an e-mail template: its words, what they say to a real customer, and a test to oneself."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.channels import actions, queries
from tenure.channels.errors import TemplateInvalid, TemplateTaken, TopicTaken
from tenure.channels.types import Content, MessagePreview
from tenure.journeys import queries as journeys
from tenure.web.asked import whole
from tenure.web.pages.mail_templates.readers import NOBODY, Example, example_by_id, examples
from tenure.web.pages.mail_templates.views import mail_answer
from tenure.web.pages.mail_templates.words import problem_words, tags, trait_tags, written
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

KEPT = "mail_being_written"
"""Where in the session the latest preview's words are kept: its frame asks for them by an address of its own."""
VIEWS = ("desktop", "phone", "text")


class TemplateForm(forms.Form):
    """A template's name, topic and words."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Only members see it."))
    topic = forms.CharField(
        label=gettext_lazy("Topic"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off"}),
        help_text=gettext_lazy("What readers can unsubscribe from while they keep the rest. A new name makes a topic."),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=300, widget=forms.TextInput(attrs={"data-takes-tags": ""})
    )
    preview = forms.CharField(
        label=gettext_lazy("Preview line"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"data-takes-tags": ""}),
        help_text=gettext_lazy("What mailboxes show after the subject."),
    )
    body = forms.CharField(
        label=gettext_lazy("Body"),
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "data-takes-tags": "", "spellcheck": "true"}),
        help_text=gettext_lazy(
            "Markdown in our layout, with the link to unsubscribe added by itself; or MJML of your own, beginning with "
            '<code>&lt;mjml&gt;</code>. A line that is only <code>[Open](https://… "button")</code> becomes a button.'
        ),
    )

    def content(self) -> Content:
        """Return the words; ask only when the form is valid."""
        given = self.cleaned_data
        return Content(subject=given["subject"], preview=given["preview"], body=given["body"])

    def place(self, error: TemplateInvalid) -> None:
        """Write each problem beside the part it is about."""
        traits: list[tuple[str, str]] = []
        for problem in error.details["problems"]:  # type: ignore[attr-defined]
            if problem.code == "unknown_tag" and not traits:
                traits = trait_tags()
            said = problem_words(problem, traits)
            field = problem.part if problem.part in self.fields else "body"
            if said not in self.errors.get(field, []):
                self.add_error(field, said)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PermissionRole.ADMIN)
def new(request: Visit) -> HttpResponse:
    """Write a template, from nothing or (`?copy=7`) from another one."""
    copied = whole(request.GET.get("copy", ""))
    kept: dict[str, Any] = {}
    if copied is not None:
        kept = _kept(queries.template(copied))
        kept["name"] = _("%(name)s (copy)") % {"name": kept["name"]}
    return _write(request, None, kept)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PermissionRole.ADMIN)
def edit(request: Visit, pk: int) -> HttpResponse:
    """Change a template; messages already queued keep what they say."""
    template = queries.template(pk)
    return _write(request, template, _kept(template))


@require_POST
@needs(PermissionRole.ADMIN)
def archive(request: Visit, pk: int) -> HttpResponse:
    """Take a template out of use."""
    found = actions.archive_template(queries.template(pk), by=request.member)
    say(request, _("“%(name)s” is out of use.") % {"name": found.name})
    return redirect("mail_templates")


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show what the words as they stand would say to somebody."""
    form, reader = TemplateForm(request.POST), _reader(request)
    asked = request.POST.get("view", "")
    view = asked if asked in VIEWS else VIEWS[0]
    shown: dict[str, Any] = {"view": view, "reader": reader, "form": form}
    said = _said(form, reader)
    if said is not None:
        key = get_random_string(12)
        content = {name: form.cleaned_data[name] for name in ("subject", "preview", "body")}
        request.session[KEPT] = {
            "key": key,
            **content,
            "person_id": reader.person_id if reader else None,
            "account_id": reader.account_id if reader else None,
        }
        shown |= {"said": said, "frame": f"{reverse('mail_template_preview_body')}?of={key}"}
    return render(request, "mail_templates/preview.html", shown)


@require_safe
@needs(PermissionRole.ADMIN)
@xframe_options_sameorigin
def preview_body(request: Visit) -> HttpResponse:
    """Answer with the mail being written, for the frame it is shown in."""
    kept = dict(request.session.get(KEPT) or {})
    if not kept or kept.pop("key") != request.GET.get("of"):
        raise Http404
    try:
        return mail_answer(queries.preview(**kept).html)
    except TemplateInvalid as error:
        raise Http404 from error


def _write(request: Visit, template: Any, kept: dict[str, Any]) -> HttpResponse:
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=kept)
    status = 200
    if request.method == "POST":
        status = 422
        if request.POST.get("op") == "test":
            sent = _send_test(request, form)
            if getattr(request, "htmx", False):
                return HttpResponse(status=204)
            status = 200 if sent else 422
        elif form.is_valid():
            saved = _save(request, template, form)
            if saved is not None:
                say(request, _("Saved “%(name)s”.") % {"name": saved.name})
                return redirect("mail_template", saved.pk)
    chosen = _reader(request)
    shown = {
        "form": form,
        "template": template,
        "here": request.path,
        "examples": examples(),
        "chosen": chosen,
        "nobody": NOBODY,
        "tags": tags(),
        "traits": [(written(tag), name) for tag, name in trait_tags()],
        "topics": queries.topics(),
        "sent_by": journeys.templates_sent().get(template.pk, []) if template else [],
        "view": request.POST.get("view") or VIEWS[0],
        "cancel": reverse("mail_template", args=[template.pk]) if template else reverse("mail_templates"),
    }
    return render(request, "mail_templates/edit.html", shown, status=status)


def _save(request: Visit, template: Any, form: TemplateForm) -> Any:
    """Save what was written, its topic with it; None after writing beside the fields what keeps it from being saved."""
    given = form.cleaned_data
    try:
        with transaction.atomic():
            said: dict[str, Any] = {
                "content": form.content(),
                "topic": _topic(request, given["topic"]),
                "by": request.member,
            }
            if template is None:
                return actions.define_template(given["name"], **said)
            return actions.change_template(template, name=given["name"], **said)
    except TemplateInvalid as error:
        form.place(error)
    except TemplateTaken:
        form.add_error("name", _("Another template already has this name."))
    except TopicTaken:
        form.add_error("topic", _("Another topic has nearly this name: choose it, or give this one another."))
    return None


def _topic(request: Visit, name: str) -> str:
    """Return the key of the topic of this name, which is made when there is none."""
    for key, known in queries.topic_names().items():
        if known.casefold() == name.casefold():
            return key
    return actions.define_topic(name, by=request.member).key


def _send_test(request: Visit, form: TemplateForm) -> bool:
    form.fields["name"].required = form.fields["topic"].required = False
    reader = _reader(request)
    if form.is_valid():
        try:
            actions.send_test(
                form.cleaned_data["name"] or form.cleaned_data["subject"],
                content=form.content(),
                person_id=reader.person_id if reader else None,
                account_id=reader.account_id if reader else None,
                by=request.member,
            )
        except TemplateInvalid as error:
            form.place(error)
        else:
            say(request, _("A test is on its way to %(address)s.") % {"address": request.member.user.email})
            return True
    warn(request, _("No test was sent: the template is not complete yet."))
    return False


def _said(form: TemplateForm, reader: Example | None) -> MessagePreview | None:
    """Return what the words would say; None after writing beside them what keeps them from it."""
    form.is_valid()
    given = form.cleaned_data
    if "subject" not in given or "body" not in given:
        return None
    try:
        return queries.preview(
            subject=given["subject"],
            preview=given.get("preview", ""),
            body=given["body"],
            person_id=reader.person_id if reader else None,
            account_id=reader.account_id if reader else None,
        )
    except TemplateInvalid as error:
        form.place(error)
        return None


def _reader(request: Visit) -> Example | None:
    return example_by_id(request.POST.get("reader", request.GET.get("reader", "")), examples())


def _kept(template: Any) -> dict[str, Any]:
    version = template.current
    return {
        "name": template.name,
        "topic": queries.topic_names().get(template.topic, ""),
        "subject": version.subject if version else "",
        "preview": version.preview if version else "",
        "body": version.body if version else "",
    }
