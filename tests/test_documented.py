"""What an administrator can set or call stands in a document, or this fails."""

import re
from pathlib import Path

import click
import pytest

from node.cli import cli
from node.core.config import NOT_SETTINGS, SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SETTINGS_PAGE = (ROOT / "deploy" / "SETTINGS.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def commands(group, path=("sportello",)):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_stands_in_the_readme():
    assert [" ".join(path) for path, _command in commands(cli) if f"{' '.join(path)}" not in README] == []


def test_every_command_and_option_explains_itself():
    silent = [" ".join(path) for path, command in commands(cli) if not command.help]
    options = [
        option for path, command in commands(cli) for option in command.params if isinstance(option, click.Option)
    ]
    assert silent == []
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_stands_in_the_page_of_settings(name):
    assert f"| `{name}` " in SETTINGS_PAGE


def test_the_page_of_settings_names_no_setting_that_is_gone():
    table = SETTINGS_PAGE.split("## What lies")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.M)) == set(SETTINGS)


def test_every_environment_variable_is_explained():
    code = "\n".join(
        path.read_text("utf-8")
        for package in ("node", "federation", "schemas")
        for path in (ROOT / package).rglob("*.py")
    )
    variables = set(re.findall(r"\bSPORTELLO_[A-Z]+\b", code)) | NOT_SETTINGS
    assert [name for name in variables if name not in SETTINGS_PAGE] == []


def test_every_target_of_the_makefile_explains_itself_and_the_readme_names_only_those():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
    explained = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.M))
    assert targets == explained
    assert set(re.findall(r"\bmake ([a-z-]+)", README)) <= targets


def test_every_link_between_documents_leads_somewhere():
    documents = (
        list(ROOT.glob("*.md")) + list((ROOT / "deploy").glob("*.md")) + list((ROOT / "federation").glob("*.md"))
    )
    broken = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []
