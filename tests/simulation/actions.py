"""What can happen: to records, to machines, to wires, to clocks, to the network. Each with how often it does.

An action says what it is about, does it with the code of the federation, and tells the watch where to look. One that
makes no sense at the moment raises Impossible before it has done anything, and another is drawn.
"""

from datetime import timedelta
from typing import NamedTuple

from federation import erasures, register, rekeying, roots
from federation.keys import SigningKey
from federation.opening import Order
from federation.rekeying import KeyChange
from federation.transport import PeerFault
from federation.witness import Witness
from tests.federation.origins import BODY
from tests.simulation.liar import MOODS
from tests.simulation.truth import Wish, word_member
from tests.simulation.world import CAPOFILA, DEPUTY_KEY, HIDDEN, LEAVER, RELAYS, START, Crash, key_of, url_of

PERSON = {"desk": "desk-1", "occupations": ["9333"], "area": "012072"}
SEALED = {"iv": "b" * 16, "ciphertext": "c" * 1366, "tag": "d" * 22}
MOST_RECORDS = 10
FLOOD = 20
STATEMENTS = 60
"""Among the first so many of a visit or a round, or of the first six of an action of a desk, a crash chooses one."""
DAY = timedelta(days=1)
SEALED_FOR = {
    CAPOFILA: RELAYS[0],
    RELAYS[0]: RELAYS[1],
    RELAYS[1]: HIDDEN,
    HIDDEN: RELAYS[0],
    LEAVER: CAPOFILA,
}
"""One other for each: of every further audience, many more heads would have to be signed and compared."""


class Impossible(Exception):
    """Not now."""


class Backup(NamedTuple):
    """What was kept of a machine with its so many-th key, and what the watch had reckoned of it."""

    turn: int
    disks: dict
    leases: list


def publish(simulation):
    node = _desk(simulation)
    if len(simulation.truth.of(node.id)) >= MOST_RECORDS:
        raise Impossible
    _publish(simulation, node, _audience(simulation, node))


def change(simulation):
    node, record, wish = _record(simulation)
    _say(simulation, node, {record: wish._replace(word=_word(simulation), ends_at=_end(simulation, node))})


def withdraw(simulation):
    node, record, _ = _record(simulation)
    _say(simulation, node, {record: None})


def erase(simulation):
    """A withdrawal that is never taken back."""
    node, record, _ = _record(simulation)
    _say(simulation, node, {record: None}, is_erasure=True)
    if record in node.ledger.ids():
        simulation.truth.wishes[node.id, record] = None
        simulation.truth.erase(node.id, record)


def republish(simulation):
    """A withdrawn id comes back under its old audience."""
    node = _desk(simulation)
    gone = [
        (record, audience)
        for (origin, record), audience in simulation.audiences.items()
        if origin == node.id and simulation.truth.wishes.get((origin, record)) is None
        if (origin, record) not in simulation.truth.erased
    ]
    if not gone or len(simulation.truth.of(node.id)) >= MOST_RECORDS:
        raise Impossible
    record, audience = simulation.random.choice(gone)
    _say(simulation, node, {record: _wish(simulation, node, audience)})


def narrow(simulation):
    """Fewer are to see it: the id is withdrawn and another published in the same transaction."""
    node, record, wish = _record(simulation)
    if wish.audience.startswith("sealed:"):
        raise Impossible
    audience = _sealed(node) if wish.audience != "public" else register.MEMBERS
    _say(simulation, node, {record: None, _new_id(simulation): _wish(simulation, node, audience, wish.kind)})


def flood(simulation):
    """More than fits into a page, for a short time."""
    node = _desk(simulation)
    wish = _wish(simulation, node, "public")
    ends_at = node.clock() + timedelta(hours=2)
    _say(simulation, node, {_new_id(simulation): wish._replace(ends_at=ends_at) for _ in range(FLOOD)})


def work(simulation):
    node = simulation.pick()
    _risk(simulation, node)
    simulation.note(node.folder.name)
    simulation.work(node)


def read(simulation):
    node = simulation.pick()
    peer = simulation.random.choice(simulation.peers_of(node))
    node = simulation.reader(node, peer)
    _risk(simulation, node)
    simulation.note(f"{node.folder.name} {peer}")
    simulation.read(node, peer)


def crash_while_answering(simulation):
    """The one who is asked dies, and the asker has half an answer."""
    node = simulation.pick()
    peer = simulation.random.choice([name for name in simulation.peers_of(node) if name != HIDDEN])
    server = simulation.world.reached(peer)
    simulation.note(f"{node.folder.name} {peer}")
    server.fuse = simulation.random.randint(1, 12)
    simulation.read(node, peer)
    server.fuse = None


def tell(simulation):
    """As it goes on quiet days: a desk publishes, its node signs and pings, a peer reads."""
    node = _desk(simulation)
    readers = [name for name in simulation.members() if node.id in simulation.peers_of(simulation.world.nodes[name])]
    reader = simulation.world.nodes[simulation.random.choice(readers)]
    if len(simulation.truth.of(node.id)) >= MOST_RECORDS:
        raise Impossible
    _publish(simulation, node, _audience(simulation, node))
    simulation.work(node)
    simulation.read(reader, node.id)


def sweep(simulation):
    node = simulation.pick()
    simulation.note(node.folder.name)
    _sweep(simulation, node)


def stranger(simulation):
    """Somebody who is no member reads what is public."""
    node = simulation.pick()
    what = simulation.random.choice(("changes", "heads"))
    simulation.note(f"{node.folder.name} {what}")
    simulation.world.stranger_asks(node, f"/federation/{what}")


def moments(simulation):
    _pass(simulation, timedelta(seconds=simulation.random.randint(1, 90)))


def minutes(simulation):
    _pass(simulation, timedelta(minutes=simulation.random.randint(2, 40)))


def hours(simulation):
    _pass_hours(simulation, simulation.random.randint(1, 30))


def cut(simulation):
    pair = frozenset(simulation.random.sample(simulation.members(), 2))
    simulation.note(" ".join(sorted(pair)))
    simulation.world.cut.add(pair)


def isolate(simulation):
    """One node hears and is heard by nobody."""
    name = simulation.random.choice(simulation.members())
    simulation.note(name)
    simulation.world.cut |= {frozenset((name, other)) for other in simulation.members() if other != name}


def mend(simulation):
    if not simulation.world.cut:
        raise Impossible
    whole = simulation.random.random() < 0.5
    simulation.note("all" if whole else "one")
    pairs = sorted(simulation.world.cut, key=sorted)
    simulation.world.cut -= set(pairs) if whole else {simulation.random.choice(pairs)}


def skew(simulation):
    """A clock goes wrong by up to a day, or right again."""
    node = simulation.pick()
    span = simulation.random.choice((timedelta(0), timedelta(0), timedelta(minutes=4), timedelta(hours=2), DAY))
    node.skew = span if simulation.random.random() < 0.5 else -span
    simulation.note(f"{node.folder.name} {node.skew}")
    simulation.watch.look(node)


def lose_rows(simulation):
    """A disk forgets some of its copies."""
    node = simulation.pick()
    lost = simulation.random.randint(1, 4)
    keys = [(row[0], row[1]) for row in node.disk("copy", "origin, id", "ORDER BY origin, id")]
    if not keys:
        raise Impossible
    keys = simulation.random.sample(keys, min(lost, len(keys)))
    simulation.note(f"{node.folder.name} {keys}")
    _lose(simulation, node, keys)


def lose_replica(simulation):
    """All copies at once, as when the file is deleted."""
    name = simulation.random.choice(simulation.members())
    simulation.note(name)
    node = simulation.world.nodes[name]
    simulation.world.lose_replica(node)
    simulation.watch.forget(node)
    simulation.watch.look(node)


def lie(simulation):
    """A relay becomes dishonest for a while, or honest again."""
    name = simulation.random.choice(RELAYS)
    if name in simulation.liar.moods and simulation.random.random() < 0.5:
        del simulation.liar.moods[name]
    else:
        simulation.liar.moods[name] = simulation.random.choice(MOODS)
    simulation.note(f"{name} {simulation.liar.moods.get(name, 'honest')}")


def deceive(simulation):
    """Copies are lost just when the relay that could bring them back lies in its lists."""
    relay = simulation.random.choice(RELAYS)
    reader = simulation.random.choice([name for name in simulation.members() if name not in (HIDDEN, *RELAYS)])
    relay, reader = simulation.world.nodes[relay], simulation.world.nodes[reader]
    simulation.note(f"{relay.id} {reader.id}")
    simulation.liar.moods.pop(relay.id, None)
    origin = simulation.world.nodes[HIDDEN]
    _spread(simulation, origin, relay, reader)
    keys = [tuple(row) for row in reader.disk("copy", "origin, id", "WHERE origin = ? AND kind != 'head'", HIDDEN)]
    _lose(simulation, reader, sorted(keys)[::2])
    simulation.liar.moods[relay.id] = "lie in lists"
    _spread(simulation, origin, relay, reader)


def clone(simulation):
    """A machine runs twice from now on, with one key and one address."""
    world = simulation.world
    if world.double is not None or simulation.truth.cloned:
        raise Impossible
    name = simulation.random.choice([name for name in simulation.members() if name not in (world.capofila, HIDDEN)])
    has_replica = simulation.random.random() < 0.5
    simulation.note(f"{name} {'whole' if has_replica else 'without its copies'}")
    world.clone(name)
    simulation.truth.double(world.nodes[name], world.ground.twin)
    simulation.watch.double(world.nodes[name], world.ground.twin)
    if not has_replica:
        world.lose_replica(world.ground.twin)
        simulation.watch.forget(world.ground.twin)


def meet_both(simulation):
    """A peer reads what both machines of a cloned node have said meanwhile."""
    world = simulation.world
    if world.double is None:
        raise Impossible
    reader = simulation.random.choice([name for name in simulation.members() if name not in (world.double, HIDDEN)])
    simulation.note(f"{reader} {world.double}")
    for machine in (world.nodes[world.double], world.ground.twin):
        _publish(simulation, machine, "public")
        simulation.work(machine)
    for _ in range(2):
        simulation.read(world.nodes[reader], world.double)
        world.is_twin_reached = not world.is_twin_reached


def change_routes(simulation):
    """The other of two machines answers under their address."""
    if simulation.world.double is None:
        raise Impossible
    simulation.world.is_twin_reached = not simulation.world.is_twin_reached


def begin_anew(simulation):
    """All machines of a node burn, and no backup was made: a new one begins with its key and what it knows by heart.

    That is whom it has erased, and a record of each audience; all else it takes back from the others.
    """
    name = simulation.world.double or simulation.random.choice(simulation.members())
    node = simulation.world.nodes[name]
    last = simulation.truth.last(name)
    if name == HIDDEN or (simulation.truth.cloned and name != simulation.world.double):
        raise Impossible
    if simulation.world.now.timestamp() < last[0] + 1:
        raise Impossible
    simulation.note(name)
    simulation.truth.await_opening(node)
    simulation.world.begin_anew(name)
    simulation.truth.leave_to_the_desk(node)
    simulation.watch.forget(node)
    _say_something_to_all(simulation, node)
    simulation.work(node)


def keep(simulation):
    """A backup of a node, and a picture of its whole machine."""
    node = simulation.world.nodes[simulation.random.choice(simulation.members())]
    if node.id in simulation.truth.cloned:
        raise Impossible
    simulation.note(node.id)
    simulation.backups[node.id] = Backup(node.turn, node.backup(), simulation.watch.leases(node))


def put_back(simulation):
    """An old backup of a desk takes the place of what there is; the witness is not in it."""
    node, backup = _kept(simulation)
    simulation.note(node.id)
    noted = Witness(node.folder / "witness", node.id).last()
    simulation.truth.unsay(node.id, noted.order if noted else (0, 0))
    simulation.truth.await_opening(node)
    node.put_back(backup.disks, ("desk",))
    simulation.truth.leave_to_the_desk(node)
    node.order = Order() if simulation.random.random() < 0.5 else None
    _say_something_to_all(simulation, node)
    simulation.work(node)


def roll_back(simulation):
    """The whole machine is what it was: nothing on it knows better, and somebody who answers does."""
    node, backup = _kept(simulation)
    [[epoch, seq]] = backup.disks["desk"].execute("SELECT epoch, seq FROM register_state").fetchall() or [[0, 0]]
    others = simulation.watch.known_elsewhere(node, simulation.who_answers(node)).values()
    known = max((said.order for said in others), default=(0, 0))
    last = simulation.truth.last(node.id)
    if last > (epoch, seq) and known <= (epoch, seq):
        raise Impossible
    if last[0] > known[0] and node.clock().timestamp() < last[0] + 1:  # the epoch after it is the clock's
        raise Impossible
    simulation.note(node.id)
    simulation.truth.await_opening(node)
    node.put_back(backup.disks, ("desk", "replica", "witness"))
    simulation.truth.leave_to_the_desk(node)
    simulation.watch.fall_back(node, backup.leases)
    _say_something_to_all(simulation, node)
    simulation.work(node)


def rotate(simulation):
    """A node goes over to another key, or has the one of before struck out."""
    world = simulation.world
    name = HIDDEN if simulation.random.random() < 0.3 else simulation.random.choice(simulation.members())
    node, capofila = world.nodes[name], world.nodes[world.capofila]
    if simulation.truth.cloned or not node.opening.is_open:
        raise Impossible
    keys = capofila.roster.current().keys_of(node.id)
    old = next((kid for kid in keys if kid != node.key.kid), None)
    new = SigningKey(key_of(f"{node.id}-{node.turn + 1}"))
    is_new = old is None
    change = KeyChange.adding(new, world.ground.network, node.id, node.key.kid) if is_new else KeyChange(drop=old)
    try:
        node.client.post(url_of(capofila.id), rekeying.TARGET, change.as_json())
    except PeerFault as fault:
        raise Impossible from fault
    for _, asked in capofila.inbox.collect("keys"):
        capofila.capofila.receive_keys(asked)
    simulation.truth.rekeyed.add(node.id)
    if node.id == HIDDEN:
        simulation.counts["rotate: the hidden one"] += 1
    world.tell_of_roster()
    simulation.note(f"{node.id} {'rotates' if is_new else 'drops'}")
    if is_new:
        node.roster.refresh(node.client.roster_source(url_of(capofila.id)))
        simulation.truth.await_opening(node)
        simulation.truth.spoken[node.id] = {row[0] for row in node.disk("register", "id")}
        node.become(node.id, node.turn + 1)
        node.order = Order()
        node.start()
        simulation.work(node)


def remove_member(simulation):
    """The capofila takes a member out, and tells whom it reaches."""
    if simulation.removed or simulation.number < 200 or LEAVER in simulation.truth.cloned:
        raise Impossible
    simulation.world.nodes[simulation.world.capofila].capofila.remove_member(LEAVER)
    simulation.removed.add(LEAVER)
    simulation.world.tell_of_roster()


def renew_roster(simulation):
    simulation.world.nodes[simulation.world.capofila].capofila.reissue_timestamp()
    simulation.world.tell_of_roster()


def hand_over(simulation):
    """Another member becomes the capofila, by the root keys; the one of before may hear of it or not.

    It has the newest list and the newest root, or somebody whom it can ask: nobody could join two roots again.
    """
    world = simulation.world
    others = [name for name in (CAPOFILA, *RELAYS) if name != world.capofila]
    node, before = world.nodes[simulation.random.choice(others)], world.nodes[world.capofila]
    newest = _rosters_of(before)
    is_newest = _rosters_of(node) == newest
    can_hear = any(_rosters_of(other) == newest for other in simulation.who_answers(node))
    if node.id in simulation.truth.cloned or not (is_newest or can_hear):
        raise Impossible
    simulation.note(f"{before.id} {node.id}")
    taking = node.folder / "capofila", node.roster, node.id, world.ground.root_keys, node.clock()
    roots.take_over(*taking, node.client.roster_source, alone=is_newest)
    world.capofila, world.deputy = node.id, None
    world.tell_of_roster()


def name_deputy(simulation):
    """The capofila makes a key, and another member takes it away."""
    world = simulation.world
    capofila = world.nodes[world.capofila]
    others = [name for name in simulation.members() if name not in (world.capofila, HIDDEN)]
    deputy = world.nodes[simulation.random.choice(others)]
    simulation.note(deputy.id)
    exported = capofila.folder / "exported.pem"
    directory, now = capofila.folder / "capofila", capofila.clock()
    roots.name_deputy(directory, capofila.roster, deputy.id, world.ground.root_keys, exported, now)
    exported.rename(deputy.folder / DEPUTY_KEY)
    world.deputy = deputy.id
    world.tell_of_roster()


def stand_in(simulation):
    """The capofila is off for more than a day: its deputy vouches for the list, and who reads it there has it renewed.

    Of a cloned deputy that machine which has the key must be the one that answers.
    """
    world = simulation.world
    if world.deputy is None or world.deputy in simulation.removed:
        raise Impossible
    deputy, cut = world.nodes[world.deputy], world.cut
    key = deputy.folder / DEPUTY_KEY
    if world.reached(deputy.id) is not deputy or not roots.may_stand_in(deputy.roster, key.read_bytes()):
        raise Impossible
    others = [name for name in simulation.members() if name not in (world.capofila, deputy.id, HIDDEN)]
    reader = world.nodes[simulation.random.choice(others)]
    simulation.note(f"{deputy.id} {reader.id}")
    world.cut = cut | {frozenset((world.capofila, name)) for name in simulation.members() if name != world.capofila}
    _pass_hours(simulation, simulation.random.randint(27, 40))
    if roots.stand_in(deputy.roster, key, deputy.id, deputy.clock(), deputy.client.roster_source):
        simulation.counts["vouched"] += 1
        is_due = reader.is_roster_due
        simulation.read(reader, deputy.id)
        if is_due:
            simulation.watch.is_vouched_for(reader, deputy)
    world.cut = cut


def calm(simulation):
    simulation.calm()


ACTIONS = {
    "publish": (36, publish),
    "change": (36, change),
    "withdraw": (16, withdraw),
    "erase": (12, erase),
    "republish": (10, republish),
    "narrow": (8, narrow),
    "flood": (0.8, flood),
    "tell": (8, tell),
    "work": (10, work),
    "read": (15, read),
    "crash while answering": (1.2, crash_while_answering),
    "sweep": (3, sweep),
    "stranger": (2, stranger),
    "moments pass": (34, moments),
    "minutes pass": (12, minutes),
    "hours pass": (2.5, hours),
    "cut": (16, cut),
    "isolate": (4, isolate),
    "mend": (14, mend),
    "skew": (6, skew),
    "lose rows": (6, lose_rows),
    "lose replica": (1.2, lose_replica),
    "lie": (14, lie),
    "deceive": (0.7, deceive),
    "clone": (1.2, clone),
    "change routes": (5, change_routes),
    "meet both": (6, meet_both),
    "begin anew": (1, begin_anew),
    "keep": (4, keep),
    "put back": (1.5, put_back),
    "roll back": (1.5, roll_back),
    "rotate": (2.5, rotate),
    "remove member": (1, remove_member),
    "renew roster": (1, renew_roster),
    "hand over": (1.5, hand_over),
    "name deputy": (1.2, name_deputy),
    "stand in": (2, stand_in),
    "calm": (0.1, calm),
}
"""How often, and what."""


def _say_something_to_all(simulation, node):
    """A record of each audience that was ever used: where there is none, no head tells the holders what is gone."""
    for audience in sorted({said.audience for ids in simulation.truth.said.get(node.id, {}).values() for said in ids}):
        wish = _wish(simulation, node, register.MEMBERS if audience.startswith(register.MEMBERS) else audience)
        _say(simulation, node, {_new_id(simulation): wish._replace(ends_at=None)}, is_safe=True)


def _rosters_of(node):
    """Which list and which root a node has."""
    return node.roster.current().version, node.roster.root().signed.version


def _kept(simulation):
    """A node and its backup, as long as it has the same key."""
    if not simulation.backups or simulation.truth.cloned:
        raise Impossible
    name = simulation.random.choice(sorted(simulation.backups))
    node, backup = simulation.world.nodes[name], simulation.backups[name]
    if name in simulation.removed or node.turn != backup.turn:
        raise Impossible
    return node, backup


def _desk(simulation):
    """A node whose desk is at work."""
    return simulation.pick()


def _record(simulation):
    """A desk and one of its live records: of those that its register has, also where that was put back."""
    node = _desk(simulation)
    known = {row[0] for row in node.disk("register", "id", "WHERE document IS NOT NULL")}
    live = sorted((record, wish) for record, wish in simulation.truth.of(node.id).items() if record in known)
    if not live:
        raise Impossible
    return node, *simulation.random.choice(live)


def _publish(simulation, node, audience):
    _say(simulation, node, {_new_id(simulation): _wish(simulation, node, audience)})


def _say(simulation, node, wishes, is_safe=False, is_erasure=False):
    """What a desk does in one transaction; promised once that has been committed."""
    if not is_safe:
        _risk(simulation, node, statements=6)
    simulation.note(f"{node.folder.name} {wishes}")
    try:
        with node.desk.writing() as session:
            for record, wish in wishes.items():
                if is_erasure:
                    erasures.erase(session, node.ledger, record, node.clock())
                elif wish is None:
                    register.withdraw(session, record)
                else:
                    register.publish(session, wish.kind, record, wish.audience, _document(wish), wish.ends_at)
            session.commit()
    except Crash:
        simulation.counts["crash"] += 1
        node.start()
        return
    finally:
        node.fuse = None
    for record, wish in wishes.items():
        simulation.truth.wishes[node.id, record] = wish
        simulation.truth.spoken.setdefault(node.id, set()).add(record)
        if wish is not None:
            simulation.audiences[node.id, record] = wish.audience


def _document(wish):
    """What says the wish's word; a person's document for one desk is sealed, and carried by others as it is."""
    member = word_member(wish.kind, wish.audience)
    return {"name": BODY, "experience": PERSON, "protected": SEALED}[member] | {member: wish.word}


def _wish(simulation, node, audience, kind=None):
    is_person = audience != "public" and simulation.random.random() < 0.6
    return Wish(kind or ("candidate" if is_person else "desk"), audience, _word(simulation), _end(simulation, node))


def _audience(simulation, node):
    draw = simulation.random.random()
    if draw < 0.45:
        return "public"
    return register.MEMBERS if draw < 0.85 else _sealed(node)


def _sealed(node):
    return f"sealed:{SEALED_FOR[node.id]}"


def _end(simulation, node):
    if simulation.random.random() < 0.6:
        return None
    return max(node.clock(), START) + timedelta(minutes=simulation.random.randint(10, 3000))


def _new_id(simulation):
    simulation.named += 1
    return f"record-{simulation.named}"


def _word(simulation):
    simulation.worded += 1
    return f"w{simulation.worded}w"


def _risk(simulation, node, statements=STATEMENTS):
    if simulation.random.random() < simulation.crashes:
        node.fuse = simulation.random.randint(1, statements)


def _pass(simulation, span):
    simulation.note(span)
    simulation.world.now += span
    for node in simulation.world.machines():
        if node.id not in simulation.removed:
            simulation.watch.look(node)


def _pass_hours(simulation, hours):
    """So long that what is to be done every hour is done."""
    _pass(simulation, timedelta(hours=hours))
    for node in simulation.world.machines():
        if node.id not in simulation.removed:
            _sweep(simulation, node)


def _sweep(simulation, node):
    node.sweep()
    simulation.watch.look(node, is_swept=True)


def _lose(simulation, node, keys):
    """Copies, and with them what the reader's cursor vouches for."""
    for key in keys:
        node.forget(*key)
        simulation.watch.gaps.add((node.folder.name, key[0]))
    simulation.watch.forget(node, keys)


def _spread(simulation, origin, relay, reader):
    """Something new goes the whole way, and a head after it."""
    _say(simulation, origin, {_new_id(simulation): _wish(simulation, origin, "public")}, is_safe=True)
    for span in (timedelta(0), timedelta(seconds=61)):
        _pass(simulation, span)
        simulation.work(origin)
    simulation.read(relay, origin.id)
    simulation.read(reader, relay.id)
