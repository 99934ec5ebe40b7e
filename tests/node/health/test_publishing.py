"""The page of the network says when this node may not publish, why, and that it was restored."""

from datetime import timedelta

import pytest

from federation.opening import DOUBLED, UNHEARD
from federation.register import STATE_ID, RegisterState
from node.core import clock
from node.core.db import transaction
from tests.node.health.test_states import NETWORK, words


@pytest.fixture
def register_says(desk, ispra):
    def write(**told):
        with transaction(desk) as session:
            session.merge(RegisterState(id=STATE_ID, epoch=1, seq=1, **told))

    return write


def alerts(client):
    return words(client.get(NETWORK).text)


def test_a_node_that_waits_for_a_peer_says_so(client, register_says):
    register_says(shut_since=clock.now() - timedelta(minutes=3), shut_why=UNHEARD)
    assert "aspetta di sentire almeno un altro Comune prima di pubblicare" in alerts(client)


def test_a_node_that_has_a_double_says_whom_to_tell(client, register_says):
    register_says(shut_since=clock.now() - timedelta(minutes=3), shut_why=DOUBLED)
    assert "spenga l’altro e riaccenda questo nodo" in alerts(client)


def test_a_restore_is_news_for_a_month(client, register_says):
    register_says(restored_at=clock.now() - timedelta(days=29))
    assert "ripristinato da una copia di sicurezza" in alerts(client)
    register_says(restored_at=clock.now() - timedelta(days=31))
    assert "ripristinato" not in alerts(client)


def test_a_node_that_may_publish_says_nothing(client, register_says):
    register_says()
    assert "pubblicare" not in alerts(client)
