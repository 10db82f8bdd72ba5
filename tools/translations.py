"""Collects the strings of every page into the catalogues and compiles them.

python -m tools.translations            collect, merge, compile, and list what is not yet translated
python -m tools.translations --compile  compile only
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent / "tenure"
LANGUAGES = ("zh_Hans", "zh_Hant")


def catalogue(language: str) -> Path:
    """Return where a language's catalogue is kept."""
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def collect() -> polib.POFile:
    """Return every string the pages and messages use, read by xgettext from a copy of the sources."""
    from django.core.management import call_command
    from django.test.utils import override_settings

    with tempfile.TemporaryDirectory() as folder:
        sources, found = Path(folder) / "sources", Path(folder) / "found"
        shutil.copytree(
            PACKAGE, sources, ignore=shutil.ignore_patterns("static", "locale", "__pycache__", "migrations")
        )
        found.mkdir()
        here = Path.cwd()
        os.chdir(sources)
        try:
            with override_settings(LOCALE_PATHS=[str(found)]):
                call_command(
                    "makemessages",
                    locale=["zh_Hans"],
                    verbosity=0,
                    no_location=True,
                    no_wrap=True,
                    no_obsolete=True,
                    extensions=["html", "py", "txt", "mjml"],
                )
        finally:
            os.chdir(here)
        return polib.pofile(str(found / "zh_Hans" / "LC_MESSAGES" / "django.po"))


def merge(strings: polib.POFile, language: str) -> polib.POFile:
    """Bring a catalogue up to date: new strings in, unused ones out, translations kept."""
    path = catalogue(language)
    known = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}
    merged = polib.POFile(wrapwidth=0)
    merged.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in sorted(strings, key=lambda e: (e.msgid.lower(), e.msgid, e.msgctxt or "")):
        kept = known.get((entry.msgctxt, entry.msgid))
        flags = [f for f in entry.flags if f != "fuzzy"]
        fresh = polib.POEntry(msgid=entry.msgid, msgid_plural=entry.msgid_plural, msgctxt=entry.msgctxt, flags=flags)
        if entry.msgid_plural:
            fresh.msgstr_plural = {0: kept.msgstr_plural.get(0, "") if kept else ""}
        else:
            fresh.msgstr = kept.msgstr if kept else ""
        merged.append(fresh)
    return merged


def untranslated(entries: polib.POFile) -> Iterator[polib.POEntry]:
    """Yield the strings that have no translation."""
    for entry in entries:
        if not (entry.msgstr_plural.get(0) if entry.msgid_plural else entry.msgstr):
            yield entry


def compile_catalogues() -> None:
    """Write the compiled catalogues beside the readable ones."""
    for language in LANGUAGES:
        path = catalogue(language)
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def main() -> int:
    """Collect, merge, compile; exit code 1 when something is not yet translated."""
    from tenure.config.starting import use_django

    missing = 0
    if "--compile" not in sys.argv:
        use_django()
        strings = collect()
        for language in LANGUAGES:
            merged = merge(strings, language)
            catalogue(language).parent.mkdir(parents=True, exist_ok=True)
            merged.save(str(catalogue(language)))
            waiting = list(untranslated(merged))
            missing += len(waiting)
            print(f"{language}: {len(merged)} strings, {len(waiting)} to translate")
            for entry in waiting[:400]:
                print(f"  {entry.msgid!r}")
    compile_catalogues()
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
