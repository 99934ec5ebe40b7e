import pytest

from node.candidates.actions import take_in
from node.core.actors import NODE
from schemas.candidate import CandidateForm


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


@pytest.fixture
def taken_in(tmp_path):
    """`taken_in(session, family_name, given_name, …)`: a person as the form would give her."""

    def add(session, family_name="Rossi", given_name="Maria", **typed):
        told = {"family_name": family_name, "given_name": given_name, "trades": ["commessa"], "notice_given": "true"}
        return take_in(session, NODE, CandidateForm().load(told | typed), tmp_path / "codes")

    return add
