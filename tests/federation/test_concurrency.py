"""Fifty writers at once, a publisher among them, and readers who must never be surprised."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from federation import replica
from federation.register import RegisterRow
from tests.federation.origins import BODY

WRITERS = 50
WISHES = 3


class Reader(threading.Thread):
    """Follows numbers like a peer with a cursor, and notes each that appears below one already read."""

    def __init__(self, read):
        super().__init__()
        self.read = read
        self.seen = set()
        self.late = []
        self.stopped = threading.Event()

    def run(self):
        last_round = False
        while not last_round:
            last_round = self.stopped.wait(0.005)
            greatest = max(self.seen, default=0)
            found = set(self.read())
            self.late += [number for number in found - self.seen if number < greatest]
            self.seen |= found


def test_fifty_writers_lose_nothing_and_no_number_appears_below_one_already_read(node):
    def seqs():
        return node.asks(lambda session: session.scalars(select(RegisterRow.seq).where(RegisterRow.seq > 0)).all())

    def positions():
        with node.replica.reading() as session:
            return session.scalars(select(replica.Copy.position)).all()

    def writes(number):
        for wish in range(WISHES):
            node.publishes(f"desk-{number}-{wish}", {**BODY, "phone": f"0332 {number}"})
            node.publishes(f"desk-{number}-{wish}", {**BODY, "phone": f"0332 {number} {wish}"})

    readers = [Reader(seqs), Reader(positions)]
    written = threading.Event()

    def publishes():
        while not written.wait(0.02):
            node.publisher.run_once()

    publisher = threading.Thread(target=publishes)
    for thread in (*readers, publisher):
        thread.start()
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(writes, range(WRITERS)))
    written.set()
    publisher.join()
    node.publisher.run_once()
    for reader in readers:
        reader.stopped.set()
        reader.join()
        assert reader.late == []
        assert reader.seen
    phones = {copy.id: copy.body["phone"] for copy in node.served() if copy.kind == "desk"}
    assert phones == {
        f"desk-{number}-{wish}": f"0332 {number} {wish}" for number in range(WRITERS) for wish in range(WISHES)
    }


def test_readers_of_several_peers_number_the_copies_without_gaps_below_what_was_read(holder, gavirate, ispra):
    speakers = (gavirate, ispra)
    pages = [
        [speaker.says(f"desk-{page}-{place}", page * 10 + place) for place in range(1, 6)]
        for speaker in speakers
        for page in range(12)
    ]

    def positions():
        return holder.asks(lambda session: session.scalars(select(replica.Copy.position)).all())

    reader = Reader(positions)
    reader.start()
    with ThreadPoolExecutor(8) as pullers:
        applied = list(pullers.map(lambda page: holder.hears(*page), pages))
    reader.stopped.set()
    reader.join()
    assert reader.late == []
    assert sum(page.new for page in applied) == 120
    assert sorted(positions()) == list(range(1, 121))


def test_pages_that_touch_the_same_records_leave_the_greatest_of_each(holder, gavirate):
    pages = [[gavirate.says(f"desk-{record}", seq * 10 + record) for record in range(5)] for seq in range(1, 13)]
    with ThreadPoolExecutor(8) as pullers:
        list(pullers.map(lambda page: holder.hears(*page), pages))
    assert [holder.holds(f"desk-{record}").seq for record in range(5)] == [120, 121, 122, 123, 124]
