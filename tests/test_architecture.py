"""The rules that keep the house's walls where they stand; each is one test."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READING_ORDER = (  # noqa: SIM905 - words read best as words; the slices to come have their place already
    "core operators desks employers vacancies candidates scopes transfers visits appointments plans cvs handovers matching referrals followups "
    "partners associations enquiries guides initiatives courses cohorts internships needs contests ventures settlements "
    "roundtables agreements interchange privacy figures health alerts open_data citizens"
).split()
HUB = {"app.py", "worker.py", "cli.py", "__init__.py", "__main__.py"}
MAY_COMMIT = {
    "node/core/db.py",
    "node/worker.py",
    "node/cli.py",
    "federation/apply.py",
    "federation/pull.py",
    "federation/publisher.py",
}
TOP_LEVEL = {
    "node", "federation", "schemas", "deploy", "tests", "setup.cfg", "README.md",
    "pyproject.toml", "Makefile", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "publiccode.yml",
    "package.json", "package-lock.json", ".ci", ".git", ".gitignore",
}  # fmt: skip
BUILT = {".venv", "node_modules", "demo-data", "build", "dist"}


@cache
def tree_of(path):
    return ast.parse(path.read_text("utf-8"), str(path))


def sources(*packages):
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def named(path):
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """Yield each (line, dotted module name) that a file imports."""
    for statement in ast.walk(tree_of(path)):
        if isinstance(statement, ast.Import):
            yield from ((statement.lineno, alias.name) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            assert statement.level == 0, f"{named(path)}:{statement.lineno} imports relatively"
            yield statement.lineno, statement.module
            yield from ((statement.lineno, f"{statement.module}.{alias.name}") for alias in statement.names)


def offenders(paths, is_wrong):
    return sorted(
        {
            f"{named(path)}:{line} imports {module}"
            for path in paths
            for line, module in imports(path)
            if is_wrong(path, module)
        }
    )


def root_of(module):
    return module.split(".")[0]


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("schemas", {"federation", "node", "deploy", "tests"}),
        ("federation", {"node", "deploy", "tests"}),
        ("node", {"deploy", "tests"}),
    ],
)
def test_a_package_imports_only_from_the_packages_before_it(package, forbidden):
    assert offenders(sources(package), lambda _, module: root_of(module) in forbidden) == []


def slice_of(path):
    parts = path.relative_to(ROOT / "node").parts
    return parts[0] if len(parts) > 1 and parts[0] in READING_ORDER else None


def test_a_slice_imports_only_what_stands_before_it_in_the_reading_order():
    def is_later(path, module):
        own, parts = slice_of(path), module.split(".")
        if own is None or parts[0] != "node" or len(parts) == 1 or module == "node.__version__":
            return False
        return parts[1] not in READING_ORDER or READING_ORDER.index(parts[1]) > READING_ORDER.index(own)

    assert offenders(sources("node"), is_later) == []


def test_every_folder_of_the_node_is_a_slice_or_a_known_room():
    rooms = {path.name for path in (ROOT / "node").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms - set(READING_ORDER) <= {"commands", "templates", "static", "translations", "migrations"}


def test_only_the_hub_knows_every_room():
    loose = {path.name for path in (ROOT / "node").glob("*.py")}
    assert loose == HUB


def test_no_import_stands_inside_a_function():
    found = [
        f"{named(path)}:{inner.lineno}"
        for path in sources("schemas", "federation", "node", "deploy")
        for outer in ast.walk(tree_of(path))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_models_actions_and_queries_know_no_flask():
    quiet = [path for path in sources("node") if path.name in {"models.py", "actions.py", "queries.py"}]
    assert quiet
    assert offenders(quiet, lambda _, module: root_of(module).startswith(("flask", "werkzeug"))) == []


def test_in_the_federation_only_the_feed_knows_flask():
    others = [path for path in sources("federation") if named(path) != "federation/feed.py"]
    assert offenders(others, lambda _, module: root_of(module).startswith(("flask", "werkzeug"))) == []


def calls(path, name):
    return [
        call.lineno
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call)
        and (
            (isinstance(call.func, ast.Attribute) and call.func.attr == name)
            or (isinstance(call.func, ast.Name) and call.func.id == name)
        )
    ]


def test_commits_stand_only_where_a_transaction_ends():
    found = {named(path) for path in sources("schemas", "federation", "node") if calls(path, "commit")}
    assert found <= MAY_COMMIT | {"federation/search/index.py"}, (
        "the search index commits to its own files, nobody else"
    )


def test_blueprints_are_made_only_by_the_doors_and_the_feed():
    found = {named(path) for path in sources("node", "federation") if calls(path, "Blueprint")}
    assert found == {"node/core/doors.py", "federation/feed.py"}


def test_no_file_has_a_name_that_says_nothing():
    nameless = {"utils.py", "util.py", "helpers.py", "common.py", "base.py", "misc.py"}
    assert [named(path) for path in sources("schemas", "federation", "node", "deploy") if path.name in nameless] == []


def test_the_top_level_is_fixed():
    present = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.endswith((".egg-info", "_cache")) and path.name != "__pycache__"
    }
    built = BUILT | {name for name in present if name.startswith((".coverage", ".hypothesis"))}
    assert present - built <= TOP_LEVEL
    assert TOP_LEVEL - {".git"} <= present


def test_every_template_is_used():
    templates = ROOT / "node" / "templates"
    text = "\n".join(path.read_text("utf-8") for path in [*sources("node", "federation"), *templates.rglob("*.html")])
    unused = [
        name
        for path in templates.rglob("*.html")
        if f'"{(name := path.relative_to(templates).as_posix())}"' not in text
    ]
    assert unused == []


def test_no_template_carries_inline_script_or_style():
    inline = re.compile(
        r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")",
        re.I,
    )
    found = [
        path.name for path in (ROOT / "node" / "templates").rglob("*.html") if inline.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_python_file_says_why_it_exists():
    silent = [
        named(path)
        for path in sources("schemas", "federation", "node", "deploy")
        if path.read_text("utf-8").strip() and not ast.get_docstring(tree_of(path))
    ]
    assert silent == []
