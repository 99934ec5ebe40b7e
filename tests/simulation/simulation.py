"""One seed: a network, three hundred random actions, every promise watched after each, and calm at the end."""

import hashlib
from collections import Counter, deque
from datetime import timedelta

from federation.signatures import TOLERANCE
from tests.simulation.actions import ACTIONS, Impossible
from tests.simulation.liar import Liar
from tests.simulation.promises import Watch
from tests.simulation.truth import Broken, Truth
from tests.simulation.world import HIDDEN, NAMES, RELAYS, Crash, World

LENGTH = 300
REMEMBERED = 12
CALM = timedelta(minutes=16)
"""After which every origin has something to say."""
HEADS_APART = timedelta(seconds=61)
ROUNDS = 4


class Simulation:
    """What a seed is made of. `counts`: how often each action was done and each fault happened.

    `often` makes actions so many times as likely, `crashes` is how much of what can be cut short is.
    """

    def __init__(self, ground, seed, often=None, crashes=0.15):
        self.crashes = crashes
        self.actions = {name: act for name, (_, act) in ACTIONS.items()}
        self.weights = [weight * (often or {}).get(name, 1) for name, (weight, _) in ACTIONS.items()]
        self.seed = seed
        self.world = World(ground, seed)
        self.truth = Truth()
        self.watch = self.world.watch = Watch(self.world, self.truth)
        self.liar = self.world.liar = Liar(self.world, self.truth, self.watch)
        self.counts = Counter()
        self.trace = deque(maxlen=REMEMBERED)
        self.number = 0
        self.named = self.worded = 0
        self.backups = {}
        """By name what was once kept of a node."""
        self.audiences = {}
        """For whom each id was published, by origin and id: it keeps that for ever."""
        self.removed = set()

    @property
    def random(self):
        return self.world.random

    def run(self, length=LENGTH):
        """Raises AssertionError that tells the seed, what happened last, and how to see it again."""
        try:
            for name in NAMES:
                self.watch.look(self.world.nodes[name])
            while self.number < length:
                self.act()
            self.calm()
        except Exception as fault:
            raise AssertionError(self.told_of(fault)) from fault
        self.counts.update({f"lie: {mood}": times for mood, times in self.liar.told.items()})
        self.counts["repair"] = self.watch.repairs
        self.counts["fork proof"] = self.watch.proofs
        return self.counts

    def outcome(self):
        """What was done, and what then stands on every disk, in one hash."""
        told = [sorted(self.counts.items())]
        for name, node in self.world.nodes.items():
            copies, register = (
                node.disk("copy", "*", "ORDER BY position"),
                node.disk("register", "*", "ORDER BY number"),
            )
            told.append((name, copies, register))
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def act(self):
        """One action, drawn anew where it makes no sense."""
        [(name, act)] = self.random.choices(list(self.actions.items()), self.weights)
        self.trace.append(f"{self.number + 1}. {name}")
        try:
            act(self)
        except Impossible:
            self.trace.pop()
            return
        self.number += 1
        self.counts[name] += 1

    def note(self, told):
        """What the action that is under way is about."""
        self.trace[-1] += f" {told}"

    def told_of(self, fault):
        lines = "\n  ".join(self.trace)
        return (
            f"seed={self.seed}, action {self.number + 1}: {fault}\n  {lines}\n"
            f"again: SEED={self.seed} .venv/bin/pytest tests/simulation -k one_seed"
        )

    def members(self):
        """The names of those who are in the network still."""
        return [name for name in NAMES if name not in self.removed]

    def pick(self, names=None):
        """A machine that is at work: of a cloned node one of the two."""
        name = self.random.choice(names or self.members())
        if name == self.world.double and self.random.random() < 0.5:
            return self.world.ground.twin
        return self.world.nodes[name]

    def peers_of(self, node):
        """Whom a node can visit; the hidden one is visited by its relays alone."""
        return [name for name in self.members() if name != node.id and (name != HIDDEN or node.id in RELAYS)]

    def work(self, node):
        """Sign what is due."""
        is_put_back, epoch = node.id in self.truth.put_back, node.disk("register_state", "epoch")
        elsewhere = self.watch.known_elsewhere(node, self.who_answers(node)) if is_put_back else {}
        self._unless_it_dies(node, node.work)
        if is_put_back and node.opening.is_open:
            has_begun_anew = node.disk("register_state", "epoch") != epoch
            self.truth.reopened(node, elsewhere if has_begun_anew else {})
        self.truth.learn(node)
        self.watch.look(node)

    def reader(self, node, peer):
        """Who is at a visit: the hidden node goes to that machine of its relay which answers."""
        return self.world.reached(node.id) if peer == HIDDEN else node

    def read(self, node, peer):
        """A visit, which may end with a crash."""
        node = self.reader(node, peer)
        self._unless_it_dies(node, lambda: node.read(peer))
        self.watch.look(node)
        server = self.world.reached(peer)
        if node.skew or server.skew:
            served = server.roster.current().served_by(server.id)
            self.watch.gaps |= {(node.folder.name, origin) for origin in served}
        if server.id not in self.liar.moods:
            self.watch.passed(node, server)

    def who_answers(self, node):
        """The nodes that can be asked by this one, know its key, and tell the truth."""
        world = self.world
        others = [world.reached(name) for name in self.members() if name not in (node.id, HIDDEN, *self.liar.moods)]
        return [
            other
            for other in others
            if frozenset((other.id, node.id)) not in world.cut
            if abs(other.skew - node.skew) < TOLERANCE
            if node.key.kid in other.roster.current().keys_of(node.id)
        ]

    def _unless_it_dies(self, node, do):
        try:
            do()
        except Crash:
            self.counts["crash"] += 1
            node.start()
        node.fuse = None

    def calm(self):
        """All wires whole, all relays honest, all clocks right: soon every node holds what every origin stands by."""
        self.world.cut.clear()
        self.liar.moods.clear()
        for node in self.world.machines():
            node.skew = timedelta(0)
        self.world.nodes[self.world.capofila].capofila.reissue_timestamp()
        for _ in range(ROUNDS):
            for span in (CALM, HEADS_APART):
                self.world.now += span
                for name in self.members():
                    self.work(self.world.nodes[name])
            for node, peer in self._visits():
                self.read(node, peer)
            if not (differing := self._differing()):
                break
        else:
            raise Broken("converged", "; ".join(differing.values()))
        self.watch.gaps.clear()
        for name in self.members():
            if name not in self.truth.cloned:
                self.watch.says_all(self.world.nodes[name])

    def _visits(self):
        """Who has something to read of whom: the relays of the hidden node before those who read it through them."""
        differing, capofila = self._differing(), self.world.capofila
        newest = self.world.nodes[capofila].roster.current().version
        for reader in self.members():
            for node in dict.fromkeys((self.world.nodes[reader], self.world.reached(reader))):
                roster = node.roster.current()
                is_behind = roster.version < newest or (roster.expired and reader != capofila)
                if reader != capofila and (is_behind or any(of == reader for of, _ in differing)):
                    node.puller.wake(capofila)
                if is_behind:
                    yield node, capofila
        for relay in RELAYS:
            if (relay, HIDDEN) in differing:
                yield self.world.nodes[relay], HIDDEN
        for reader, origin in differing:
            for server in RELAYS if origin == HIDDEN else (capofila,) if origin in self.removed else (origin,):
                if server != reader and not (reader in RELAYS and origin == HIDDEN) and self._differs(reader, origin):
                    yield self.world.nodes[reader], server

    def _differing(self):
        """By reader and origin, what is not as the origin has it."""
        pairs = [(reader, origin) for reader in self.members() for origin in (*self.members(), *sorted(self.removed))]
        return {pair: told for pair in pairs if (told := self._differs(*pair))}

    def _differs(self, reader, origin):
        """In what a reader's copies are not as the origin has its records; None when they are."""
        node = self.world.nodes[reader]
        if origin in self.removed:
            return self.watch.holds_nothing_of(node, origin)
        if origin in self.truth.cloned:
            return None
        # What is brought comes to that machine of a cloned relay which answers, and to no other.
        holder = self.world.reached(reader) if origin == HIDDEN and reader in RELAYS else node
        return self.watch.has_converged(holder, self.world.nodes[origin])
