"""Templates, from what a member writes to what a mail program shows."""

import pytest

from tenure.channels import rules
from tenure.channels.email.writing import compile_template
from tenure.channels.errors import TemplateInvalid


def compiled(body, subject="Hello", preview=""):
    return compile_template(subject=subject, preview=preview, body=body, lang="en", unsubscribe_words="Unsubscribe")


def problems_of(body, **parts):
    with pytest.raises(TemplateInvalid) as refused:
        compiled(body, **parts)
    return [(p.code, p.detail) for p in refused.value.details["problems"]]


def test_markdown_becomes_html_with_styles_in_place_and_a_text_that_reads_alike():
    made = compiled(
        '# Welcome, {{ person.first_name | "friend" }}\n\nSee [our guide](https://x.example/a?b=1&c=2).\n\n'
        '[Open it](https://x.example/open "button")\n\n* one\n* two\n'
    )

    assert made.text == (
        'Welcome, {{ person.first_name | "friend" }}\n\nSee our guide (https://x.example/a?b=1&c=2).\n\n'
        "Open it (https://x.example/open)\n\n- one\n\n- two\n\n"
        "{{ workspace.name }} · Unsubscribe ({{ unsubscribe_url }})\n"
    )
    assert 'href="https://x.example/a?b=1&amp;c=2"' in made.html
    assert "background:#0f6b62" in made.html
    assert "<style" not in made.html.split("</head>")[1]
    assert made.tags == ("person.first_name", "workspace.name", "unsubscribe_url")


def test_mjml_is_taken_as_it_is():
    made = compiled(
        '<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{ person.name | "you" }} '
        '<a href="{{ unsubscribe_url }}">stop</a></mj-text></mj-column></mj-section></mj-body></mjml>'
    )

    filled = rules.fill(made.html, {"person.name": "<b>", "unsubscribe_url": "https://t.example/u"}, rules.for_html)
    assert 'Hi &lt;b&gt; <a href="https://t.example/u"' in filled


def test_markup_in_markdown_is_shown_not_obeyed():
    assert "&lt;script&gt;" in compiled("<script>alert(1)</script>").html


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", ("empty", "")),
        ("{{ nope }}", ("unknown_tag", "nope")),
        ("[x]({{ person.name }})", ("tag_out_of_place", "href: {{ person.name }}")),
        ("[x](ftp://x.example)", ("link_forbidden", "ftp://x.example")),
        ("<mjml><mj-head>", ("mjml_broken", "unexpected end of stream in root template")),
        ("<mjml><mj-body><mj-text>hi</mj-text></mj-body></mjml>", ("no_unsubscribe_link", "")),
        ("<mjml><mj-body><mj-include path='/etc/passwd' /></mj-body></mjml>", ("include_forbidden", "mj-include")),
        ("<mjml><mj-body><mj-raw><script>1</script></mj-raw></mj-body></mjml>", ("element_forbidden", "script")),
        ("<mjml><mj-body><mj-raw><p onclick='x()'>a</p></mj-raw></mj-body></mjml>", ("element_forbidden", "onclick")),
    ],
)
def test_what_cannot_be_sent_is_said_with_its_place(body, problem):
    assert problem in problems_of(body)


def test_all_problems_are_said_at_once():
    found = problems_of("{{ a.b }} {{ c.d }}", subject="{{ unsubscribe_url }}")

    assert [code for code, _ in found] == ["tag_out_of_place", "unknown_tag", "unknown_tag"]


def test_stylesheets_elsewhere_are_not_fetched():
    made = compiled(
        '<mjml><mj-head><mj-font name="X" href="http://127.0.0.1:9/x.css" /></mj-head>'
        '<mj-body><mj-text font-family="X">'
        '<a href="{{ unsubscribe_url }}">stop</a></mj-text></mj-body></mjml>'
    )

    assert "stop" in made.text
