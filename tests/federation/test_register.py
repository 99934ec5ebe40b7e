"""The register: wishes of the desk, one row each."""

import json

import pytest
from sqlalchemy import select

from federation import register
from federation.register import AudienceChanged, RegisterRow
from schemas.shapes import RECORD_ID
from tests.federation.origins import BODY, NETWORK


def test_what_an_action_does_not_commit_was_never_wished(node):
    with node.desk.writing() as session:
        register.publish(session, "desk", "desk-1", "public", BODY)
        assert register.status_of(session, "desk-1") == "waiting"
    assert node.asks(register.status_of, "desk-1") is None
    assert node.publisher.run_once() == 0


def test_a_record_waits_is_published_and_is_withdrawn(node):
    node.publishes("desk-1")
    assert node.asks(register.status_of, "desk-1") == "waiting"
    node.publisher.run_once()
    assert node.asks(register.status_of, "desk-1") == "published"
    assert node.asks(register.is_published, "desk-1")
    node.publishes("desk-1", {**BODY, "phone": "0332 1"})
    assert node.asks(register.status_of, "desk-1") == "published"
    node.withdraws("desk-1")
    assert node.asks(register.status_of, "desk-1") == "withdrawn"
    assert not node.asks(register.is_published, "desk-1")
    node.publisher.run_once()
    assert node.asks(register.status_of, "desk-1") == "withdrawn"
    node.publishes("desk-1")
    assert node.asks(register.status_of, "desk-1") == "waiting"


def test_a_record_has_one_row_whatever_happens_to_it(node):
    for number in range(5):
        node.publishes("desk-1", {**BODY, "phone": f"0332 {number}"})
        node.publisher.run_once()
    node.publishes("desk-1", {**BODY, "phone": "ultimo"})
    documents = node.asks(lambda session: session.scalars(select(RegisterRow.document)).all())
    assert [json.loads(document)["phone"] for document in documents] == ["ultimo"]


def test_a_withdrawn_record_keeps_no_document(node):
    node.publishes("desk-1")
    node.publisher.run_once()
    node.withdraws("desk-1")
    assert node.row("desk-1").document is None
    node.publisher.run_once()
    assert b"Sportello" not in node.row("desk-1").line


def test_withdrawing_what_nobody_knows_changes_nothing(node):
    node.withdraws("desk-1")
    assert node.asks(register.status_of, "desk-1") is None


def test_an_id_keeps_its_audience(node):
    node.publishes("desk-1", audience="public")
    for other in ("members", f"members:{NETWORK}", "sealed:ispra"):
        with pytest.raises(AudienceChanged, match="published for public"):
            node.publishes("desk-1", audience=other)
    node.publisher.run_once()
    node.withdraws("desk-1")
    node.publisher.run_once()
    with pytest.raises(AudienceChanged):
        node.publishes("desk-1", audience="members")


def test_members_stay_members_once_the_network_has_a_name(node):
    node.publisher.network = lambda: NETWORK
    node.publishes("desk-1", audience="members")
    node.publisher.run_once()
    node.publishes("desk-1", audience="members")
    with pytest.raises(AudienceChanged):
        node.publishes("desk-1", audience="members:fedcba9876543210")


def test_an_id_that_no_node_would_accept_is_refused_at_once(node):
    for wrong in ("", "ab", "Desk-1", "-desk", "a" * 65, "desk 1", "head:public"):
        with pytest.raises(ValueError, match="no id of a record"):
            node.publishes(wrong)


def test_nobody_can_have_a_person_shown_to_everybody(node):
    with node.desk.writing() as session, pytest.raises(ValueError, match="never public"):
        register.publish(session, "candidate", "a-person", "public", {})


def test_an_audience_that_no_node_would_accept_is_refused_at_once(node):
    for audience in ("", "all", "members:xyz", "sealed:", "sealed:Ispra"):
        with pytest.raises(ValueError, match="no audience"):
            node.publishes("desk-1", audience=audience)


def test_a_document_that_no_node_would_accept_is_refused_at_once(node):
    deep = json.loads('{"a":' * 16 + "1" + "}" * 16)
    for document, reason in [
        ({"text": "è" * 33_000}, "bytes"),
        ({"text": float("nan")}, "JSON"),
        ({"count": 2**53 + 1}, "2\\^53"),
        ({"text": "\ud800"}, "surrogate"),
        (deep, "deeper"),
    ]:
        with pytest.raises(ValueError, match=reason):
            node.publishes("desk-1", document)
    assert node.asks(register.status_of, "desk-1") is None


def test_the_largest_document_that_is_accepted_can_be_signed(node):
    node.publishes("desk-1", {"text": "x" * (register.DOCUMENT_MAX_BYTES - len('{"text":""}'))})
    assert node.publisher.run_once() == 1


def test_ids_are_random_and_of_the_right_form():
    ids = {register.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(map(RECORD_ID.fullmatch, ids))


def as_signed(row):
    """What a publisher that read this row would keep of it."""
    return register.Signed(
        row.number, row.revision, row.audience, 1, 1, row.expires_at, row.expires_at, None, False, "kid", "d" * 64, b"x"
    )


def read(session, id):
    row = session.scalars(select(RegisterRow).where(RegisterRow.id == id)).one()
    session.expunge(row)
    return row


def test_a_change_that_comes_after_the_row_was_read_stays_dirty(node):
    for change in (lambda session: register.publish(session, "desk", "desk-1", "public", {**BODY, "phone": "nuovo"}),
                   lambda session: register.withdraw(session, "desk-1")):  # fmt: skip
        node.publishes("desk-1")
        with node.desk.writing() as session:
            row = read(session, "desk-1")
            change(session)
            register.record(session, [as_signed(row)])
            assert read(session, "desk-1").dirty
            register.record(session, [as_signed(read(session, "desk-1"))])
            assert not read(session, "desk-1").dirty


def test_a_record_that_comes_back_after_the_row_was_read_is_not_thrown_away(node):
    node.publishes("desk-1")
    node.withdraws("desk-1")
    with node.desk.writing() as session:
        row = read(session, "desk-1")
        register.publish(session, "desk", "desk-1", "public", BODY)
        for forget in (register.retire, register.settle):
            forget(session, row)
            assert read(session, "desk-1").dirty
        row = read(session, "desk-1")
        register.retire(session, row)
        assert register.status_of(session, "desk-1") is None
