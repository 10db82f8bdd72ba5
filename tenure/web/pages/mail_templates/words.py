"""Tags and what is wrong with a template, in words."""

import difflib
from collections.abc import Callable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenure.channels import queries
from tenure.channels.types import Problem
from tenure.customers import queries as customers

TAGS: Mapping[str, str | Promise] = {
    "person.first_name": gettext_lazy("first name"),
    "person.name": gettext_lazy("full name"),
    "person.email": gettext_lazy("e-mail address"),
    "account.name": gettext_lazy("account"),
    "account.domain": gettext_lazy("account's domain"),
    "owner.name": gettext_lazy("account's owner"),
    "workspace.name": gettext_lazy("your company"),
    "unsubscribe_url": gettext_lazy("link to unsubscribe"),
}
MOST_TRAITS = 12
_WORDS: Mapping[str, Callable[[Problem], str]] = {
    "empty": lambda p: _("Write something here."),
    "unknown_tag": lambda p: _("There is no tag “%(tag)s”.") % {"tag": p.detail},
    "trait_needs_fallback": lambda p: (
        _("Not everybody has the trait of “%(tag)s”: say what stands there instead, as in {{ %(tag)s | \"words\" }}.")
        % {"tag": p.detail}
    ),
    "tag_out_of_place": lambda p: _("A tag cannot stand here: %(where)s") % {"where": p.detail},
    "broken_tag": lambda p: _("This looks like a tag and is none: %(text)s") % {"text": p.detail},
    "include_forbidden": lambda p: _("A template cannot take in other files (mj-include)."),
    "mjml_broken": lambda p: _("The MJML cannot be read: %(why)s") % {"why": p.detail},
    "element_forbidden": lambda p: _("“%(element)s” must not be in a mail.") % {"element": p.detail},
    "link_forbidden": lambda p: _("A link begins with https:// or mailto:, not: %(link)s") % {"link": p.detail},
    "no_unsubscribe_link": lambda p: _("MJML of your own needs a link to unsubscribe: {{ unsubscribe_url }}."),
}  # fmt: skip


def problem_words(problem: Problem, traits: Sequence[tuple[str, str]] = ()) -> str:
    """Say what is wrong, and for a tag we do not know which one was probably meant."""
    if problem.code not in _WORDS:
        return f"{problem.code.replace('_', ' ')} {problem.detail}".strip()
    said = _WORDS[problem.code](problem)
    if problem.code == "unknown_tag":
        known = [*queries.known_tags(), *(tag for tag, _name in traits)]
        near = difflib.get_close_matches(problem.detail, known, n=1, cutoff=0.5)
        if near:
            return _("%(said)s Did you mean “%(tag)s”?") % {"said": said, "tag": near[0]}
    return said


def tags() -> list[tuple[str, str]]:
    """Return what may be put into a template and what it stands for, as it is written."""
    return [(written(tag), str(TAGS.get(tag, tag))) for tag in sorted(queries.known_tags(), key=_place)]


def trait_tags() -> list[tuple[str, str]]:
    """Return the traits seen lately as tags, with their names."""
    return [
        (f"{kind}.traits.{trait.name}", trait.name)
        for kind in ("person", "account")
        for trait in customers.observed_traits("person" if kind == "person" else "account")[:MOST_TRAITS]
        if all(letter.isalnum() or letter in "_-" for letter in trait.name)
    ]


def written(tag: str) -> str:
    """Return a tag as it stands in a template; what may be missing gets words to stand there instead."""
    if tag == "person.first_name":
        return f'{{{{ {tag} | "{_("there")}" }}}}'
    return f'{{{{ {tag} | "…" }}}}' if ".traits." in tag else f"{{{{ {tag} }}}}"


def _place(tag: str) -> int:
    order = list(TAGS)
    return order.index(tag) if tag in order else len(order)
