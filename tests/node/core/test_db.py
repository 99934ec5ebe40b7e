import pytest
from sqlalchemy import text

from node.core import db
from node.core.actors import NODE
from node.core.audit import Deed, note
from node.core.db import SchemaFault, transaction
from node.operators.models import Operator


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


def deeds(desk):
    with desk.reading() as session:
        return [deed.verb for deed in session.query(Deed)]


def thing():
    return Operator(id="abc", username="x", display_name="x", role="operatore", password_hash="")


def test_a_transaction_that_ends_well_is_kept(desk):
    with transaction(desk) as session:
        note(session, NODE, "thing.done", thing(), count=3)
    with desk.reading() as session:
        (deed,) = session.query(Deed)
    assert (deed.actor, deed.verb, deed.kind, deed.ref, deed.facts) == (
        "node",
        "thing.done",
        "operator",
        "abc",
        {"count": 3},
    )
    assert deed.at.tzinfo is not None


def test_a_transaction_that_fails_leaves_nothing(desk):
    def half():
        with transaction(desk) as session:
            note(session, NODE, "thing.done", thing())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert deeds(desk) == []


def test_a_database_without_our_tables_has_no_version(desk):
    assert db.database_version(desk) is None


def test_a_newer_database_is_refused_and_not_touched(desk, config):
    with desk.setting_up() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    with pytest.raises(SchemaFault, match=r"9999.*installa il programma aggiornato"):
        db.bring_up_to_date(desk, config.desk_url)
    assert db.database_version(desk) == "9999"
