"""Everything that happens without anybody asking: signing, reading the others, following the index, letting time pass.

One worker a node, whoever starts how many: it holds a claim (a file lock beside a SQLite desk, an advisory lock inside a
PostgreSQL one), and a second one waits until the first is gone. Its work is state in the databases, so nothing has to be
handed over and a job that fails is simply done again at its next turn.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor as JobThreads
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session

from federation import lease, letters, rekeying, roots, upkeep
from federation.bringing import INBOX_KIND as BROUGHT
from federation.capofila import Capofila
from federation.client import PeerClient
from federation.erasures import Ledger, replay
from federation.inbox import Inbox
from federation.mailbox import Mailbox
from federation.opening import Opening
from federation.ping import Pinger
from federation.publisher import Publisher
from federation.pull import Puller
from federation.push import Pusher
from federation.receipts import Receipts
from federation.recovery import Lost
from federation.rekeying import KeyChange
from federation.roster import RosterStore
from federation.search.index import Writer
from federation.signing import Periods
from federation.transport import PeerFault
from node.appointments import actions as appointments
from node.appointments import asked
from node.appointments.posting import post_due
from node.appointments.showcase import show_free_hours
from node.candidates.importing.actions import sweep_imports as sweep_person_imports
from node.candidates.queries import is_known
from node.core import audit, clock, identity, restoring
from node.core.claim import claim_of
from node.core.config import Config
from node.core.db import desk_of, replica_of, transaction
from node.core.outside import show_outside
from node.core.partition import is_cut
from node.core.vault import Vault
from node.desks import recovering as desks
from node.employers import recovering as employers
from node.figures.actions import refresh_figures
from node.health.actions import TOPICS as HEALTH_TOPICS
from node.health.counting import show_letters
from node.operators import sessions, throttle
from node.privacy import retention
from node.privacy.actions import forget_again
from node.scopes import actions as scopes
from node.scopes import digests, publishing
from node.transfers.actions import TOPICS as TRANSFER_TOPICS
from node.transfers.actions import sweep_arrivals
from node.vacancies import recovering as vacancies
from node.vacancies import reports
from node.vacancies.actions import expire_due
from node.vacancies.importing.actions import sweep_imports
from node.vacancies.importing.work import carry_on
from node.visits.actions import forget_names
from schemas.appointment import CONFIRMATION_KIND, REQUEST_KIND
from schemas.report import INBOX_KIND

JOB_THREADS = 4
PEER_THREADS = 8
INDEX_PAGE = 1000
TRY_CLAIM_S = 1.0
SAME_FAULT_S = 60
FIRST_ATTEMPT_AGAIN = timedelta(seconds=1)
LAST_ATTEMPT_AGAIN = timedelta(minutes=1)
LOOK_AGAIN = timedelta(minutes=10)

log = structlog.get_logger("node.worker")


class Worker:
    """`start` returns at once; the jobs begin when the claim is ours."""

    def __init__(self, config: Config):
        self._config = config
        self._claim = claim_of(config)
        self._stopping = threading.Event()
        self._waiting = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._waiting.start()

    def stop(self, patience_s: float) -> None:
        """Give what runs so many seconds to end; what does not is safe to be cut off."""
        self._stopping.set()
        self._waiting.join(patience_s)

    def _run(self) -> None:
        faults = Faults()
        while not self._stopping.is_set():
            if self._claim.take():
                try:
                    self._work()
                except Exception as fault:
                    faults.note("worker", fault)
                finally:
                    self._claim.release()
            self._stopping.wait(TRY_CLAIM_S)

    def _work(self) -> None:
        """Do the jobs until we are stopped or the claim is lost (a PostgreSQL that was restarted)."""
        jobs = Jobs(self._config)
        jobs.start()
        log.info("working")
        while not self._stopping.wait(TRY_CLAIM_S) and self._claim.is_held():
            pass
        jobs.stop()


class Jobs:
    """What the worker does, each job at its own pace; no two of one kind at a time."""

    def __init__(self, config: Config):
        self._config = config
        self._desk = desk_of(config)
        self._replica = replica_of(config)
        self._roster = RosterStore(config.roster, clock.now, identity.myself(config))
        self._inbox = Inbox(config.inbox)
        self._key = key = identity.signing_key(config)
        self._client = PeerClient(key, config.allow_private_addresses, clock.now, is_cut=partial(is_cut, config))
        self._was_cut = False
        self._puller = Puller(config.id, self._replica, self._roster, self._client, clock.now)
        self._pinger = Pinger(config.id, self._roster, self._client, clock.now)
        self._pusher = Pusher(config.id, self._replica, self._roster, self._client, clock.now)
        self._capofila = Capofila(config.capofila, self._roster, clock.now, config.allow_private_addresses)
        self._publisher = Publisher(
            self._desk, self._replica, key, config.id, config.witness, self._roster.network, clock.now, self._periods
        )
        self._opening = Opening(
            config.id,
            self._desk,
            self._replica,
            config.witness,
            self._roster,
            self._client,
            clock.now,
            transaction,
            take_back,
            Ledger(config.erasures),
            partial(restoring.ordered, config),
            partial(restoring.carried_out, config),
        )
        ours = config.id, self._desk, self._replica, self._roster
        topics = (*HEALTH_TOPICS, *digests.TOPICS, *TRANSFER_TOPICS)
        self._mailbox = Mailbox(*ours, identity.sealing_key(config), clock.now, transaction, topics)
        self._vault = Vault(identity.secret(config))
        self._receipts = Receipts(*ours, clock.now, transaction)
        self._open_again = Attempts()
        self._index = Writer(config.index)
        self._peers = ThreadPoolExecutor(PEER_THREADS, thread_name_prefix="peer")
        self._figures_are_old = True
        self._reckoned_on: date | None = None
        self._faults = Faults()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": JobThreads(JOB_THREADS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        with transaction(self._desk) as session:
            ledger = Ledger(self._config.erasures)
            forget_again(session, ledger, is_known)
            replay(session, ledger)
        self._every(timedelta(seconds=1), self.open)
        self._every(timedelta(seconds=1), self.publish)
        self._every(timedelta(seconds=0.5), self.converse)
        self._every(timedelta(seconds=0.5), self.follow)
        self._every(timedelta(seconds=1), self.attend_to_letters)
        self._every(timedelta(minutes=1), self.count_letters)
        self._every(timedelta(seconds=5), self.attend_to_receipts)
        self._every(timedelta(seconds=5), self.receive_reports)
        self._every(timedelta(seconds=5), self.receive_appointments)
        self._every(timedelta(seconds=5), self.post_letters)
        self._every(timedelta(seconds=5), self.show_free_hours)
        self._every(timedelta(seconds=1), self.import_vacancies)
        self._every(timedelta(minutes=1), self.let_vacancies_expire)
        self._every(timedelta(minutes=1), self.let_scopes_expire)
        self._every(timedelta(seconds=1), self.show_profiles)
        self._every(timedelta(minutes=5), self.tell_of_views)
        self._every(timedelta(minutes=1), self.reckon)
        self._every(timedelta(minutes=10), self.sweep)
        self._every(timedelta(minutes=30), self.keep_terms)
        self._every(timedelta(hours=1), self.renew_roster)
        self._every(timedelta(hours=1), self.retire_key)
        self._scheduler.start()

    def stop(self) -> None:
        """End what runs, which a slow peer may draw out; whoever cannot wait may cut us off."""
        self._scheduler.shutdown(wait=True)
        self._peers.shutdown(wait=True, cancel_futures=True)
        with suppress(Exception):  # the lease ends by itself; a failing database is no reason not to stop
            self._publisher.release()
        self._index.close()
        self._client.close()
        self._desk.dispose()
        self._replica.dispose()

    def open(self) -> None:
        """Let the publisher begin once somebody has agreed that our register is whole; look again from time to time."""
        if self._open_again.is_due(clock.now()):
            is_well = self._opening.check() if self._opening.is_open else self._opening.attempt()
            self._open_again.note(clock.now(), is_well)

    def publish(self) -> None:
        """Sign what the desk has changed, show it here at once, and tell the others."""
        if self._opening.is_open and self._publisher.run_once():
            self._pinger.note()
            self._pusher.note()
            self._figures_are_old = True
            self.follow()

    def converse(self) -> None:
        """Take what the doors were handed, and ask or tell the peers whose turn it is."""
        was_cut, self._was_cut = self._was_cut, is_cut(self._config)
        if was_cut and not self._was_cut:
            self._pinger.note()  # as after a start: the others may have given us up
        self._puller.hear(self._inbox)
        self._capofila.collect(self._inbox)
        for _ in self._inbox.collect(BROUGHT):
            self._pinger.note()  # who reads through us can read it now
        now = clock.now()
        for relay in self._pusher.due(now):
            self._peers.submit(self._guarded(self._pusher.push, relay))
        for peer in self._puller.due(now):
            self._peers.submit(self._guarded(self._puller.pull, peer))
        for peer in self._pinger.due(now):
            self._peers.submit(self._guarded(self.ping, peer))

    def ping(self, peer: str) -> None:
        """Tell a peer that there is something to read; if it was away and is back, there may be something there too."""
        if self._pinger.ping(peer):
            self._puller.answered(peer)

    def follow(self) -> None:
        """Bring the search index up to the replica."""
        while self._index.follow(self._replica, INDEX_PAGE) == INDEX_PAGE:
            pass

    def attend_to_letters(self) -> None:
        """Answer what other desks ask of this one, and take their answers."""
        if self._opening.is_open:
            self._mailbox.run_once()

    def count_letters(self) -> None:
        """Tell those who watch the node how the letters stand."""
        show_letters(self._desk, self._config.letters_counted, clock.now())

    def attend_to_receipts(self) -> None:
        """Confirm what others have erased, and see who has confirmed what we have."""
        if self._opening.is_open:
            self._receipts.run_once()

    def receive_reports(self) -> None:
        """Bring what citizens say about our vacancies before the desk."""
        for name, told in self._inbox.collect(INBOX_KIND):
            with transaction(self._desk) as session:
                reports.receive_report(session, name, told)

    def receive_appointments(self) -> None:
        """Hold the hours that citizens ask for, as long as they may, and take their confirmations."""
        taken = 0
        for name, told in self._inbox.collect(REQUEST_KIND):
            with transaction(self._desk) as session:
                taken += asked.receive_request(session, name, told) is not None
        for name, told in self._inbox.collect(CONFIRMATION_KIND):
            with transaction(self._desk) as session:
                asked.receive_confirmation(session, self._vault, name, told)
        with transaction(self._desk) as session:
            appointments.expire_requests(session)
        if taken:
            self.show_free_hours()

    def post_letters(self) -> None:
        """Write to those who have an appointment."""
        post_due(self._desk, self._config, self._vault)

    def show_free_hours(self) -> None:
        """Tell the public pages which hours may be asked for."""
        show_free_hours(self._desk, self._config.free_hours)

    def import_vacancies(self) -> None:
        """Check and write the files that operators have handed in."""
        carry_on(self._desk, self._config)

    def let_vacancies_expire(self) -> None:
        with transaction(self._desk) as session:
            expire_due(session, clock.now())

    def let_scopes_expire(self) -> None:
        """Nobody is seen by the network for longer than she has said."""
        with transaction(self._desk) as session:
            scopes.expire_due(session)

    def show_profiles(self) -> None:
        """Show the network what persons let it see, and look again each day among how many they are."""
        if self._opening.is_open:
            publishing.publish_due(self._desk, self._replica, self._roster, self._config.id)

    def tell_of_views(self) -> None:
        """Tell the other desks, once a day, who has looked at their profiles here."""
        if self._opening.is_open:
            digests.tell_of_views(self._desk, self._replica, self._roster, self._config.id)

    def reckon(self) -> None:
        """Keep the month's figures true: they change when something is published, and with the calendar."""
        today, are_old = clock.today(), self._figures_are_old
        self._figures_are_old = False
        if are_old or self._reckoned_on != today:
            self._reckoned_on = None  # should it fail, the next turn does it again
            with transaction(self._desk) as session:
                refresh_figures(session, self._config.comuni[0], clock.now())
            self._reckoned_on = today

    def sweep(self) -> None:
        """Drop what has run out, and look again at what an older version could not use."""
        with transaction(self._replica) as session:
            upkeep.sweep(session, clock.now())
            upkeep.retry_held(session, clock.now())
            lease.end(session, self._config.id, clock.now())
        self._replica.scrub()
        with transaction(self._desk) as session:
            sessions.sweep(session, timedelta(hours=self._config.session_max_h))
            throttle.sweep(session)
            reports.sweep_reports(session, clock.now())
            sweep_imports(session, clock.now())
            sweep_person_imports(session, clock.now())
            sweep_arrivals(session, self._roster.current(), self._config.id)
            forget_names(session, clock.now())
            appointments.forget_strangers(session, clock.now())

    def keep_terms(self) -> None:
        """Forget whose time is over, and what was written down too long ago; show the audit's head outside the database."""
        months = self._config.keep_persons_months
        ledger = Ledger(self._config.erasures)
        retention.carry_out(partial(transaction, self._desk), ledger, months)
        with transaction(self._desk) as session:
            digests.sweep_views(session, clock.now() - timedelta(days=self._config.keep_views_days))
            audit.drop_before(session, clock.now() - self._config.keep_audit)
        with self._desk.reading() as session:
            show_outside(self._config, session)

    def renew_roster(self) -> None:
        """Vouch for the list of members: the capofila always, its deputy when that one is silent."""
        if self._capofila.exists:
            self._capofila.reissue_timestamp()
        elif self._stands_in():
            log.warning("capofila silent", told="this node has vouched for the list of members in its place")

    def _stands_in(self) -> bool:
        key, me = self._config.deputy_key, self._config.id
        return roots.stand_in(self._roster, key, me, clock.now(), self._client.roster_source)

    def retire_key(self) -> None:
        """Have the key of before struck from the list, once all is said again with the one of now."""
        roster = self._roster.current()
        if roster is None or roster.network is None:
            return
        with self._desk.reading() as session:
            old = rekeying.retired(session, roster, self._config.id, self._key.kid, clock.now())
        capofila = roster.capofila()
        if old is None or capofila is None:
            return
        if self._capofila.exists:
            self._capofila.change_keys(KeyChange(drop=old), self._key.kid)
        elif capofila.url is not None:
            with suppress(PeerFault):  # an hour later it is asked again
                self._client.post(capofila.url, rekeying.TARGET, KeyChange(drop=old).as_json())

    def _periods(self) -> Periods:
        roster = self._roster.current()
        return Periods(roster.head_every_s, roster.lease_h) if roster else Periods()

    def _every(self, pause: timedelta, job: Callable[[], None]) -> None:
        """The first time now, then after each pause."""
        self._scheduler.add_job(
            self._guarded(job), "interval", seconds=pause.total_seconds(), id=job.__name__, next_run_time=clock.now()
        )

    def _guarded(self, job: Callable[..., object], *told: object) -> Callable[[], None]:
        def run() -> None:
            try:
                job(*told)
            except Exception as fault:
                self._faults.note(job.__name__, fault)

        return run


def take_back(session: Session, lost: Sequence[Lost]) -> None:
    """Give each slice, and the mailbox, what the network knew of its records and our register had forgotten."""
    for take in (desks.take_back, employers.take_back, vacancies.take_back):
        take(session, lost)
    letters.take_back(session, lost, clock.now())


class Attempts:
    """When the publisher's opening is looked at next: soon while it is shut, seldom once it is open."""

    def __init__(self) -> None:
        self._due: datetime | None = None
        self._pause = FIRST_ATTEMPT_AGAIN

    def is_due(self, now: datetime) -> bool:
        # A pause that ends too far ahead was reckoned by a clock that has been set back since.
        return self._due is None or not now < self._due <= now + LOOK_AGAIN

    def note(self, now: datetime, is_well: bool) -> None:
        self._due = now + (LOOK_AGAIN if is_well else self._pause)
        self._pause = FIRST_ATTEMPT_AGAIN if is_well else min(self._pause * 2, LAST_ATTEMPT_AGAIN)


class Faults:
    """A job that fails every second says so once a minute."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], float] = {}

    def note(self, job: str, fault: Exception) -> None:
        key, now = (job, repr(fault)[:200]), clock.now().timestamp()
        if now - self._told.get(key, 0.0) >= SAME_FAULT_S:
            self._told[key] = now
            log.error("job failed", job=job, exc_info=fault)
