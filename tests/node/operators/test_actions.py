import pytest

from node.core.actors import NODE
from node.core.audit import Deed
from node.core.errors import Refused
from node.operators import actions, passwords, queries, sessions

PASSWORD = "quattro parole a caso"
MARIA = {"username": "maria.rossi", "display_name": "Maria Rossi", "role": "operatore"}


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def boss(session):
    """The only administrator."""
    data = {"username": "capo", "display_name": "Capo", "role": "amministratore"}
    return actions.add_operator(session, NODE, data, PASSWORD)[0]


def test_a_password_made_by_the_desk_must_be_changed(session):
    operator, password = actions.add_operator(session, NODE, MARIA)
    assert passwords.is_right(operator.password_hash, password)
    assert operator.must_change_password
    assert len(password) == 19


def test_a_chosen_password_is_kept(session):
    operator, _ = actions.add_operator(session, NODE, MARIA, PASSWORD)
    assert not operator.must_change_password
    assert PASSWORD not in operator.password_hash
    assert operator.password_hash.startswith("$argon2id$")


def test_a_username_is_given_once(session):
    actions.add_operator(session, NODE, MARIA)
    with pytest.raises(Refused, match=r"maria\.rossi.*c’è già"):
        actions.add_operator(session, NODE, MARIA)


def test_the_last_administrator_can_neither_be_disabled_nor_demoted(session, boss):
    with pytest.raises(Refused, match="unico amministratore"):
        actions.disable_operator(session, NODE, boss)
    with pytest.raises(Refused, match="unico amministratore"):
        actions.change_operator(session, NODE, boss, {"display_name": "Capo", "role": "operatore"})
    assert boss.is_active
    assert boss.role == "amministratore"


def test_with_a_second_administrator_the_first_may_go(session, boss):
    actions.add_operator(session, NODE, MARIA | {"role": "amministratore"})
    actions.disable_operator(session, NODE, boss)
    assert not boss.is_active


def test_a_disabled_administrator_does_not_count(session, boss):
    second, _ = actions.add_operator(session, NODE, MARIA | {"role": "amministratore"})
    actions.disable_operator(session, NODE, second)
    with pytest.raises(Refused):
        actions.disable_operator(session, NODE, boss)
    actions.enable_operator(session, NODE, second)
    actions.disable_operator(session, NODE, boss)


def test_a_new_password_signs_out_everywhere(session, boss):
    sessions.begin(session, boss)
    told = actions.reset_password(session, NODE, boss)
    session.flush()
    assert session.query(queries.Operator).count() == 1
    assert session.query(sessions.OperatorSession).count() == 0
    assert passwords.is_right(boss.password_hash, told)
    assert not passwords.is_right(boss.password_hash, PASSWORD)


def test_changing_ones_own_password_keeps_only_this_browser(session, boss):
    here, _there = sessions.begin(session, boss), sessions.begin(session, boss)
    session.flush()
    actions.change_password(session, NODE, boss, PASSWORD, "un’altra frase lunga", here)
    (kept,) = session.query(sessions.OperatorSession)
    assert kept.token_hash == queries.hash_of(here)


def test_the_old_password_is_needed_for_a_new_one(session, boss):
    with pytest.raises(Refused, match="password attuale"):
        actions.change_password(session, NODE, boss, "sbagliata", "un’altra frase lunga", None)
    assert passwords.is_right(boss.password_hash, PASSWORD)


def test_every_deed_is_noted_without_names(session, boss):
    actions.add_operator(session, queries.as_actor(boss), MARIA)
    session.flush()
    deed = session.query(Deed).order_by(Deed.id.desc()).first()
    assert (deed.actor, deed.verb, deed.facts) == (boss.id, "operator.added", {"role": "operatore"})
    assert "maria" not in str(vars(deed)).lower()
