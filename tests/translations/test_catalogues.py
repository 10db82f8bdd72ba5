"""Every string people read is marked, translated, and compiled."""

import re
import string

import polib
import pytest

from tools import translations

TEMPLATES = translations.PACKAGE / "web" / "templates"


@pytest.fixture(scope="module")
def strings() -> polib.POFile:
    return translations.collect()


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_string_is_translated(language, strings):
    waiting = [e.msgid for e in translations.untranslated(translations.merge(strings, language))]

    assert waiting == [], "run: make translations, then fill tenure/locale"


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_translations_keep_their_placeholders(language):
    def names(text: str) -> set[str]:
        fields = {name for _, name, _, _ in string.Formatter().parse(text) if name} if "{" in text else set()
        return set(re.findall(r"%\((\w+)\)[sd]", text)) | fields

    wrong = [
        e.msgid
        for e in polib.pofile(str(translations.catalogue(language)))
        for source, text in [(e.msgid_plural or e.msgid, e.msgstr_plural.get(0, "") if e.msgid_plural else e.msgstr)]
        if names(source) != names(text)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_the_compiled_catalogue_is_the_readable_one(language):
    path = translations.catalogue(language)
    readable = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.pofile(str(path))}
    compiled = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.mofile(str(path.with_suffix(".mo")))}

    assert compiled == readable, "run: make translations"


def test_traditional_is_written_not_converted_by_accident():
    simplified_only = set("们这个时户业务为间见发动说么样对应关变让过还将给线级经")
    wrong = [
        e.msgstr
        for e in polib.pofile(str(translations.catalogue("zh_Hant")))
        if simplified_only & set(e.msgstr + "".join(e.msgstr_plural.values()))
    ]
    assert wrong == []


# What may stand bare in a page: names, units, keys, code.
BARE = re.compile(
    r"\b(Tenure|CSV|API|JSON|JSONL|YAML|MRR|CSM|Ctrl|Esc|Enter|TOTP|SMTP|URL|ID|UTC|Segment|Stripe|Python|Node|GitHub|npm|pip|km|k|s|ms|x|plan)\b"
)


def _bare_words(html: str) -> list[str]:
    html = re.sub(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", " ", html, flags=re.S)
    html = re.sub(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", " ", html, flags=re.S)
    html = re.sub(r"<(script|style|code|pre|kbd|svg|mj-style)\b.*?</\1>", " ", html, flags=re.S)
    html = re.sub(r"<c-vars.*?/?>", " ", html, flags=re.S)
    spoken = re.findall(r"\s(?:title|aria-label|placeholder|alt|label|help)=\"([^\"{]+)\"", html)
    html = re.sub(r"{%.*?%}|{{.*?}}", " ", html, flags=re.S)
    text = re.sub(r"<[^>]*>", " ", html)
    found = [
        w
        for part in [text, *spoken]
        for w in re.findall(r"[A-Za-z][A-Za-z'’-]+(?:\s+[A-Za-z'’-]+)*", BARE.sub(" ", part))
    ]
    return [w for w in found if not re.fullmatch(r"(nbsp|amp|middot|rarr|larr|times|hellip|ndash|mdash|lt|gt|quot)", w)]


# The page of all components shows made-up content to those who build Tenure.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.name != "style.html")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_no_page_speaks_a_language_nobody_can_translate(path):
    assert _bare_words(path.read_text()) == []
