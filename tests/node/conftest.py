"""A node in a temporary folder, with an operator of each role and a browser for each.

It stands on SQLite. A file that wants its tests to run on PostgreSQL as well overrides `desk_url`:

    @pytest.fixture
    def desk_url(new_database_url):
        return new_database_url("desk")
"""

import sys
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from federation import replica
from federation.database import Database
from federation.register import RegisterBase
from node import cli
from node.app import create_app
from node.core import identity
from node.core.actors import ROLES
from node.core.config import Config
from node.core.db import Base, transaction
from node.core.doors import session_cookie
from node.operators import actions, passwords, queries, sessions

PASSWORD = "quattro parole a caso"
COMUNE = "012072"
"""Gavirate."""


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once(tmp_path_factory):
    """Every test makes an app of its own; compiling the same pages a thousand times would be half of the run."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": compiled})
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once():
    """The same for the addresses: werkzeug takes each to pieces and writes two functions for it, most of an app's making."""
    compile_rule, compiled = Rule.compile, {}

    def once(rule):
        place = rule.host if rule.map.host_matching else rule.subdomain
        known_by = rule.rule, place, rule.merge_slashes, repr(rule.defaults), tuple(rule.map.converters.items())
        if known_by not in compiled:
            compile_rule(rule)
            pieces = {name: getattr(rule, name) for name in ("_parts", "_trace", "_converters")}
            compiled[known_by] = pieces, frozenset(rule.arguments), rule._build.__func__, rule._build_unknown.__func__
            return
        pieces, arguments, build, build_unknown = compiled[known_by]
        vars(rule).update(pieces)
        rule.arguments |= arguments
        rule._build, rule._build_unknown = build.__get__(rule), build_unknown.__get__(rule)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", once)
        yield


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch):
    """The same algorithm with the least effort: hundreds of operators are made here."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def desk_url():
    """Where the desk database is; blank: a file in the node's folder."""
    return ""


@pytest.fixture
def config(tmp_path, desk_url):
    """The settings of a node called gavirate, whose folder has its keys and nothing else."""
    data = tmp_path / "gavirate"
    data.mkdir()
    identity.create(data)
    return Config(
        data=data,
        id="gavirate",
        name="Comune di Gavirate",
        comuni=(COMUNE,),
        url="http://localhost",
        desk_database=desk_url,
        allow_private_addresses=True,
        rate_limits=False,
    )


@pytest.fixture
def desk(config, furnish):
    """The desk database, empty, with its tables."""
    database = Database(config.desk_url, durable=True)
    furnish(database.engine, RegisterBase.metadata, Base.metadata)
    yield database
    database.dispose()


@pytest.fixture
def copies(config):
    """The replica, empty."""
    database = Database(config.replica_url, durable=False)
    replica.create(database)
    yield database
    database.dispose()


@pytest.fixture
def session(desk):
    """A writing session on the desk database, thrown away at the end."""
    with desk.writing() as opened:
        yield opened


@pytest.fixture
def operators(desk):
    """An operator of each role, by role, all with PASSWORD; each is the Actor that actions want."""
    added = {}
    with transaction(desk) as opened:
        for role in ROLES:
            data = {"username": role, "display_name": role.capitalize(), "role": role}
            operator, _ = actions.add_operator(opened, SimpleNamespace(id="prova"), data, PASSWORD)
            added[role] = queries.as_actor(operator)
    return added


@pytest.fixture
def actor(operators):
    """The operator of the desk, for actions called directly."""
    return operators["operatore"]


@pytest.fixture
def app(config, desk, copies):
    made = create_app(config)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield made
    made.extensions["sportello"].desk.dispose()
    made.extensions["sportello"].replica.dispose()


@pytest.fixture
def citizen(app):
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def browser(app, desk, operators):
    """`browser(role)`: a browser in which the operator of that role is signed in."""

    def signed_in(role) -> FlaskClient:
        with transaction(desk) as opened:
            token = sessions.begin(opened, queries.operator(opened, operators[role].id))
        client = app.test_client()
        with app.app_context():
            client.set_cookie(session_cookie(), token)
        return client

    return signed_in


@pytest.fixture
def client(browser):
    """The browser of the operator at the desk."""
    return browser("operatore")


@pytest.fixture
def sportello(capsys, monkeypatch):
    """`sportello("status", "--data", …)`: (exit code, standard output, standard error)."""

    def run(*words, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["sportello", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
