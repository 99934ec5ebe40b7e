"""The drafts for the data protection officer: marked as drafts, and true of the files, commands and fields that they name."""

import re
import shlex
from pathlib import Path

import click
import pytest

from node.appointments.models import Appointment, Letter
from node.candidates.models import Candidate
from node.cli import cli
from node.plans.models import FollowUp, Plan, PlanStep
from node.privacy.models import Ending
from node.scopes.models import PublishedProfile, ReportedView, ScopeChoice
from node.visits.models import Visit
from schemas.candidate import CandidateDocument

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "deploy" / "privacy"
NAMES = (
    "README.md",
    "accordo-contitolarita.md",
    "dpia.md",
    "informativa.md",
    "nomina-responsabile.md",
    "registro-trattamenti.md",
    "violazioni.md",
)
SETTINGS_PAGE = (ROOT / "deploy" / "SETTINGS.md").read_text("utf-8")
CODE = "\n".join(
    path.read_text("utf-8") for package in ("node", "federation", "schemas") for path in (ROOT / package).rglob("*.py")
)
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.M | re.S)

of_each = pytest.mark.parametrize("name", NAMES)


def text_of(name):
    return (FOLDER / name).read_text("utf-8")


def in_backticks(name):
    return set(re.findall(r"`([^`\n]+)`", FENCE.sub("", text_of(name))))


def console_lines(name):
    blocks = [body for language, body in FENCE.findall(text_of(name)) if language == "console"]
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def command_of(line):
    """(the command, the words behind it); the command is a group, or None, where there is no such command."""
    command, words = cli, shlex.split(line)[1:]
    while words and isinstance(command, click.Group):
        command, words = command.commands.get(words[0]), words[1:]
    return command, words


def options_of(command):
    return {option for each in command.params for option in each.opts if isinstance(each, click.Option)}


def every_command(group=cli):
    for command in group.commands.values():
        yield from every_command(command) if isinstance(command, click.Group) else [command]


def is_command(line):
    command, words = command_of(line)
    if command is None or isinstance(command, click.Group):
        return False
    return {word for word in words if word.startswith("--")} <= options_of(command)


def is_unit(line):
    unit, _at, _node = shlex.split(line)[-1].partition("@")
    return (ROOT / "deploy" / "systemd" / f"{unit}@.service").exists()


def is_ours(named):
    """A command, an option, a file of the tree or of a node's folder, an address, or a name that the code knows."""
    if named.startswith("sportello "):
        return is_command(named)
    if named.startswith("--"):
        return any(named in options_of(command) for command in every_command())
    if named.startswith("/"):
        return f'"{named.rstrip("/")}' in CODE
    if "/" in named or "." in named:
        return (ROOT / named).exists() or f"`{named}`" in SETTINGS_PAGE
    return re.search(rf"\b{re.escape(named)}\b", CODE) is not None or f"`{named}`" in SETTINGS_PAGE


def test_the_folder_holds_these_documents_and_no_other():
    assert sorted(path.name for path in FOLDER.iterdir()) == list(NAMES)


@of_each
def test_a_draft_says_so_in_its_first_lines(name):
    beginning = "\n".join(text_of(name).splitlines()[:5])
    assert "**BOZZA" in beginning
    assert "responsabile della protezione dei dati" in beginning


@of_each
def test_what_it_names_in_backticks_exists(name):
    assert sorted(named for named in in_backticks(name) if not is_ours(named)) == []


@of_each
def test_the_commands_that_it_tells_to_type_are_whole(name):
    for line in console_lines(name):
        if line.startswith(("systemctl ", "journalctl ")):
            assert is_unit(line), line
            continue
        assert is_command(line), line
        command, words = command_of(line)
        typed, _rest, _order = command.make_parser(click.Context(command)).parse_args(words)
        assert [each.name for each in command.params if each.required and not typed.get(each.name)] == [], line


@of_each
def test_its_links_lead_somewhere(name):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text_of(name))
    assert [target for target in targets if not (FOLDER / target).exists()] == []


@of_each
def test_the_sections_that_it_cites_exist(name):
    protocol = (ROOT / "federation" / "PROTOCOL.md").read_text("utf-8")
    threats = (ROOT / "federation" / "THREATS.md").read_text("utf-8")
    sections = re.findall(r"PROTOCOL\.md` §(\d+)(?: e §(\d+))?", text_of(name))
    headings = re.findall(r"THREATS\.md`, «([^»\n]+)»|«([^»\n]+)» in `federation/THREATS\.md`", text_of(name))
    assert [each for pair in sections for each in pair if each and f"\n## {each}. " not in protocol] == []
    assert [each for pair in headings for each in pair if each and f"\n## {each}\n" not in threats] == []


def still_missing():
    """code -> the part of the program, a package or a module, whose arrival ends it."""
    return dict(re.findall(r"^\| (P\d) +\|.*\| (\S+) +\|$", text_of("README.md"), re.M))


@of_each
def test_what_it_says_is_still_missing_is_listed(name):
    assert set(re.findall(r"\bP\d\b", text_of(name))) <= set(still_missing())


def test_what_is_listed_as_missing_is_missing():
    missing = still_missing()
    arrived = [f"{code} {part}" for code, part in missing.items() if is_there(part)]
    assert missing
    assert arrived == [], "the program does this now: correct deploy/privacy wherever it says so, then the table"


def is_there(part):
    return (ROOT / part / "__init__.py").exists() or (ROOT / f"{part}.py").exists()


@of_each
def test_the_measures_and_actions_that_it_cites_are_those_of_the_assessment(name):
    told = set(re.findall(r"^\| ([MA]\d+) +\|", text_of("dpia.md"), re.M))
    assert set(re.findall(r"\b[MA]\d+\b", text_of(name))) <= told


def test_the_register_of_processing_names_every_personal_field():
    _before, _heading, fields = text_of("registro-trattamenti.md").partition("## Campi della scheda e del profilo")
    of_the_record, _, rest = fields.partition("**Profilo (T2)**")
    of_the_profile, _, rest = rest.partition("**Scelta e record (T2)**")
    of_the_choice, _, rest = rest.partition("**Cancellazione (T1)**")
    of_the_ending, _, rest = rest.partition("**Visite e appuntamenti (T10)**")
    of_the_agenda, _, of_the_plan = rest.partition("**Piano di accompagnamento (T11)**")
    assert set(re.findall(r"`(\w+)`", of_the_record)) == personal_columns(Candidate)
    assert set(re.findall(r"`(\w+)`", of_the_profile)) == set(CandidateDocument().fields)
    assert set(re.findall(r"`(\w+)`", of_the_choice)) == personal_columns(ScopeChoice, PublishedProfile, ReportedView)
    assert set(re.findall(r"`(\w+)`", of_the_ending)) == personal_columns(Ending)
    assert set(re.findall(r"`(\w+)`", of_the_agenda)) == personal_columns(Visit, Appointment, Letter)
    assert set(re.findall(r"`(\w+)`", of_the_plan)) == personal_columns(Plan, PlanStep, FollowUp)


def personal_columns(*models):
    return {column.key for model in models for column in model.__table__.columns if column.info.get("personal")}
