"""`tenure --help` and every sub-command's help can be read to the end of the sentence."""

import click
import pytest
from click.testing import CliRunner

from tenure.config.command import tenure

NAMES = tenure.list_commands(None)


def test_the_list_says_whole_sentences():
    listed = CliRunner().invoke(tenure, ["--help"]).output

    assert "..." not in listed.replace("[ARGS]...", "")
    assert [name for name in NAMES if f"\n  {name} " not in listed] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_command_says_what_it_does_and_what_every_option_is_for(name):
    command = tenure.get_command(None, name)

    assert command is not None
    assert command.help
    assert command.help.splitlines()[0].endswith((".", ":"))
    options = [p for p in command.params if p.param_type_name == "option" and not isinstance(p.type, click.Choice)]
    assert [p.name for p in options if not p.help] == [], "only a choice among names may speak for itself"
