"""From what a member writes (MJML, or Markdown in our layout) to HTML that mail programs show alike, and plain text."""

import html
import re
from html.parser import HTMLParser

import css_inline
import mjml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tenure.channels import rules
from tenure.channels.errors import TemplateInvalid
from tenure.channels.types import Compiled, Problem

_FONTS = (
    "-apple-system, 'Segoe UI', 'Helvetica Neue', 'PingFang SC', 'PingFang TC', 'Noto Sans CJK SC', "
    "'Microsoft YaHei', 'Microsoft JhengHei', Arial, sans-serif"
)
_LAYOUT = """<mjml lang="{lang}">
<mj-head>
<mj-title>{subject}</mj-title>
<mj-preview>{preview}</mj-preview>
<mj-attributes>
<mj-all font-family="{fonts}" />
<mj-text font-size="15px" line-height="1.55" color="#1d2725" padding="6px 28px" />
<mj-button background-color="#0f6b62" color="#ffffff" font-size="15px" font-weight="600" border-radius="6px"
 align="left" padding="14px 28px" />
</mj-attributes>
</mj-head>
<mj-body background-color="#f3f5f4" width="600px">
<mj-section padding="12px 0 0"><mj-column /></mj-section>
<mj-section background-color="#ffffff" border-radius="8px" padding="22px 0">
<mj-column>{blocks}</mj-column>
</mj-section>
<mj-section padding="8px 0 24px">
<mj-column><mj-text font-size="12px" color="#5c6664">{footer}</mj-text></mj-column>
</mj-section>
</mj-body>
</mjml>"""

# Neither may reach for a file or an address: a template is text from a page.
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
_markdown = MarkdownIt("commonmark", {"html": False})
_PLACE = re.compile(r"tnrtag(\d{4})x")
_TAGS = re.compile(r"\{\{[^{}]*\}\}")
_FORBIDDEN_TAGS = {"script", "iframe", "object", "embed", "form", "input", "base", "svg"}
_WORDS = {"aria-label", "alt", "title"}
_SAFE_LINK = re.compile(r"(https?://|mailto:|tel:|#)", re.IGNORECASE)


def compile_template(*, subject: str, preview: str, body: str, lang: str, unsubscribe_words: str) -> Compiled:
    """Check a template and make it ready; raises `TemplateInvalid` with all its problems.

    `lang` is the language of the words (BCP 47), `unsubscribe_words` the label of the link under our layout.
    """
    problems = [
        *rules.tag_problems(subject, "subject"),
        *rules.tag_problems(preview, "preview"),
        *rules.tag_problems(body, "body"),
    ]
    if not subject.strip():
        problems.append(Problem(code="empty", part="subject"))
    if not body.strip():
        problems.append(Problem(code="empty", part="body"))
    if problems:
        raise TemplateInvalid(problems=problems)
    written = body.strip()
    if not written.startswith("<mjml"):
        written = _in_layout(written, subject=subject, preview=preview, lang=lang, unsubscribe_words=unsubscribe_words)
    elif "mj-include" in written:
        raise TemplateInvalid(problems=[Problem(code="include_forbidden", part="body", detail="mj-include")])
    places: list[str] = []

    def place(match: re.Match[str]) -> str:
        places.append(match.group(0))
        return f"tnrtag{len(places) - 1:04d}x"

    try:
        made = _inliner.inline(mjml.mjml2html(_TAGS.sub(place, written), fonts={}))
    except (ValueError, css_inline.InlineError) as error:
        raise TemplateInvalid(problems=[Problem(code="mjml_broken", part="body", detail=str(error)[:200])]) from error
    reading = _Reading(places)
    reading.feed(made)
    reading.close()
    if reading.problems:
        raise TemplateInvalid(problems=reading.problems)
    if rules.UNSUBSCRIBE_URL not in rules.tags_in("".join(places)):
        raise TemplateInvalid(problems=[Problem(code="no_unsubscribe_link", part="body")])

    def tag_back(match: re.Match[str]) -> str:
        return places[int(match.group(1))]

    return Compiled(
        html=_PLACE.sub(tag_back, made),
        text=_PLACE.sub(tag_back, reading.text()),
        tags=rules.tags_in(subject + preview + written),
    )


def _in_layout(body: str, *, subject: str, preview: str, lang: str, unsubscribe_words: str) -> str:
    escaped = _escape_around_tags
    stop = f'<a href="{{{{ unsubscribe_url }}}}" style="color: #5c6664">{html.escape(unsubscribe_words)}</a>'
    return _LAYOUT.format(
        lang=lang,
        fonts=_FONTS,
        subject=escaped(subject),
        preview=escaped(preview or subject),
        blocks=_blocks(body),
        footer="{{ workspace.name }} · " + stop,
    )


def _escape_around_tags(text: str) -> str:
    parts = re.split(r"(\{\{[^{}]*\}\})", text)
    return "".join(part if n % 2 else html.escape(part) for n, part in enumerate(parts))


def _blocks(body: str) -> str:
    """Turn Markdown into MJML: a paragraph that is only a link titled "button" becomes one, the rest is text."""
    places: list[str] = []

    def place(match: re.Match[str]) -> str:
        places.append(match.group(0))
        return f"tnrmark{len(places) - 1:04d}x"

    tokens = _markdown.parse(_TAGS.sub(place, body))
    blocks: list[str] = []
    text: list[Token] = []

    def end_text() -> None:
        if text:
            blocks.append(f"<mj-text>{_markdown.renderer.render(text, _markdown.options, {})}</mj-text>")
            text.clear()

    at = 0
    while at < len(tokens):
        inline = tokens[at + 1] if tokens[at].type == "paragraph_open" and tokens[at].level == 0 else None
        inside = (inline.children or []) if inline else []
        if len(inside) == 3 and inside[0].type == "link_open" and inside[0].attrs.get("title") == "button":
            end_text()
            href = html.escape(str(inside[0].attrs["href"]))
            blocks.append(f'<mj-button href="{href}">{html.escape(inside[1].content)}</mj-button>')
            at += 3
        else:
            text.append(tokens[at])
            at += 1
    end_text()
    return re.sub(r"tnrmark(\d{4})x", lambda m: places[int(m.group(1))], "".join(blocks))


class _Reading(HTMLParser):
    """Reads compiled HTML once: for its text, and for what must not be in a message."""

    _SKIPPED = {"style", "script", "title", "head"}
    _BREAKS = {"p", "div", "tr", "br", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"}
    _VOID = {"meta", "img", "br", "hr", "link", "input", "base", "embed", "col"}

    def __init__(self, places: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[Problem] = []
        self._places = places
        self._hidden: list[str] = []
        self._links: list[str] = []
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _FORBIDDEN_TAGS:
            self.problems.append(Problem(code="element_forbidden", part="body", detail=tag))
        for name, value in attrs:
            self._check_attribute(name, value or "")
        style = dict(attrs).get("style") or ""
        if tag not in self._VOID and (self._hidden or tag in self._SKIPPED or re.search(r"display:\s*none", style)):
            self._hidden.append(tag)
        if tag in self._BREAKS and not self._hidden:
            self._pieces.append("\n- " if tag == "li" else "\n\n" if tag in {"p", "h1", "h2", "h3"} else "\n")
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag not in self._VOID:
            while self._hidden and self._hidden.pop() != tag:
                pass
            return
        if tag == "a" and self._links:
            link = self._links.pop()
            if link and link != "#":
                self._pieces.append(f" ({link})")
        if tag in self._BREAKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            if "style" in self._hidden and _PLACE.search(data):
                self.problems.append(Problem(code="tag_out_of_place", part="body", detail="style"))
            return
        self._pieces.append(re.sub(r"\s+", " ", data))

    def _check_attribute(self, name: str, value: str) -> None:
        if name.startswith("on"):
            self.problems.append(Problem(code="element_forbidden", part="body", detail=name))
        tags = [self._places[int(m.group(1))] for m in _PLACE.finditer(value)]
        if name not in _WORDS and any(rules.tags_in(tag) != (rules.UNSUBSCRIBE_URL,) or name != "href" for tag in tags):
            self.problems.append(Problem(code="tag_out_of_place", part="body", detail=f"{name}: {', '.join(tags)}"))
        elif name in {"href", "src", "background"} and value and not tags and not _SAFE_LINK.match(value):
            self.problems.append(Problem(code="link_forbidden", part="body", detail=value[:80]))

    def text(self) -> str:
        """Give what was read as lines, at most one of them empty in a row."""
        lines = [re.sub(r" +", " ", line).strip() for line in "".join(self._pieces).split("\n")]
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip() + "\n"
