"""Puts the rooms together: which doors a process serves, and what it may open for them.

`public` and `feed` need the replica, the index, the roster and the inbox; only `desk` opens the desk database and the
keys' folder. A process that faces the Internet is started without it, and then there is no way from a request to a
person's record. The desk serves the public pages too: its own pages lead there.
"""

import os
from collections.abc import Collection
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from federation import feed
from federation.inbox import Inbox
from federation.roster import RosterStore
from federation.search.index import Index
from federation.search.trade_names import known_in
from node.appointments import hours, lists, tying
from node.appointments import pages as appointments
from node.candidates import merging_pages
from node.candidates import pages as candidates
from node.candidates.importing import pages as person_importing
from node.citizens import booking_page, report_page
from node.citizens import pages as citizens
from node.citizens.api import blueprint as citizens_api
from node.core import clock, db, errors, forms, headers, i18n, identity, limits, logging, markup, menu, partition
from node.core.config import Config, load
from node.core.rooms import NAME, Rooms
from node.core.vault import Vault
from node.cvs import pages as cvs
from node.desks import pages as desks
from node.employers import pages as employers
from node.figures import pages as figures
from node.handovers import pages as handovers
from node.health import api as health_api
from node.health import pages as health
from node.matching import pages as matching
from node.operators import factor_pages, lock, openid, openid_pages, session_pages, sessions, today
from node.operators import pages as operators
from node.plans import pages as plans
from node.privacy import pages as privacy
from node.scopes import network_pages
from node.scopes import pages as scopes
from node.transfers import pages as transfers
from node.vacancies import editing, notice, report_pages
from node.vacancies import pages as vacancies
from node.vacancies.importing import pages as importing
from node.visits import pages as visits

DOORS = ("public", "feed", "desk")
PUBLIC_PAGES = (citizens.citizens, report_page.report, booking_page.booking, citizens_api.api, health_api.machines)
DESK_PAGES = (
    today.desk, operators.access, operators.profile, operators.operators,
    factor_pages.step, factor_pages.factor, factor_pages.demands, lock.lock,
    session_pages.own, session_pages.colleagues, openid_pages.entrance, openid_pages.links,
    desks.desks, desks.settings, candidates.candidates, person_importing.person_import, merging_pages.merge, scopes.scopes, transfers.transfers, network_pages.profiles,
    visits.visits, appointments.agenda, hours.hours, lists.requests, lists.calls, tying.tying, plans.plans, cvs.cvs, handovers.handovers,
    privacy.privacy,
    employers.employers, vacancies.vacancies, editing.editing, notice.notice,
    report_pages.reports, importing.importing, matching.matching, figures.blueprint, health.network, health.proofs, health.health,
)  # fmt: skip

MAX_REQUEST_BYTES = 4 * 1024 * 1024
MAX_FORM_FIELDS = 500
YEAR_S = 365 * 24 * 3600


def create_app(config: Config, serve: Collection[str] = DOORS) -> Flask:
    """The web side of the node in `config.data`, whose databases exist. `serve`: the doors to open."""
    app = Flask("node")
    app.extensions[NAME] = open_rooms(config, with_desk="desk" in serve)
    configure(app, config)
    logging.register(app)
    db.register(app)
    errors.register(app)
    forms.register(app)
    headers.register(app)
    i18n.register(app)
    limits.register(app, config)
    markup.register(app)
    menu.register(app)
    csrf = CSRFProtect()
    if "desk" in serve:
        open_desk(app, config, csrf)
    if "desk" in serve or "public" in serve:
        for blueprint in PUBLIC_PAGES:
            app.register_blueprint(blueprint)
    if "feed" in serve:
        open_feed(app, config, csrf)
    return app


def from_folder(data: str, serve: str = ",".join(DOORS)) -> Flask:
    """For a server of the administrator's own: `gunicorn 'node.app:from_folder("/srv/gavirate", "public,feed")'`.

    The databases exist already, since the worker, which such a server needs beside it, has made them.
    """
    return create_app(load(Path(data), os.environ), serve.split(","))


def open_rooms(config: Config, with_desk: bool) -> Rooms:
    desk = db.desk_of(config) if with_desk else None
    return Rooms(
        config=config,
        replica=db.replica_of(config),
        index=Index(config.index, partial(known_in, config.codes)),
        roster=RosterStore(config.roster, clock.now, identity.myself(config)),
        inbox=Inbox(config.inbox),
        clock=clock.now,
        desk=desk,
        vault=Vault(identity.secret(config)) if desk else None,
        recognise=partial(sessions.recognise, desk, limits=sessions.limits_of(config), is_demo=config.demo)
        if desk
        else None,
        openid=openid.provider_of(config, os.environ) if desk else None,
        at_the_lock=lock.at_the_lock if desk else None,
    )


def configure(app: Flask, config: Config) -> None:
    app.config.update(
        TRUSTED_HOSTS=config.hosts,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=MAX_FORM_FIELDS,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR_S,
        SESSION_COOKIE_NAME=f"sportello-form-{config.id}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.json.ensure_ascii = False
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    site = SimpleNamespace(
        name=config.name,
        network=config.network_name,
        demo=config.demo,
        email=config.contact_email,
        dpo=config.dpo_contact,
    )
    app.context_processor(lambda: {"site": site})
    app.url_defaults(partial(add_stamp, Path(app.static_folder)))


def open_desk(app: Flask, config: Config, csrf: CSRFProtect) -> None:
    app.secret_key = identity.secret(config)
    csrf.init_app(app)
    csrf.exempt(report_page.report)
    csrf.exempt(booking_page.booking)
    for blueprint in DESK_PAGES:
        app.register_blueprint(blueprint)


def open_feed(app: Flask, config: Config, csrf: CSRFProtect) -> None:
    """Peers sign their requests: no cookie of anybody could be misused there."""
    here: Rooms = app.extensions[NAME]
    write = partial(db.written, here.replica)
    doors = feed.blueprint(
        feed.FeedSide(config.id, here.replica, here.roster, here.inbox, config.url, clock.now, write)
    )
    doors.before_request(partial(partition.refuse, config))
    csrf.exempt(doors)
    app.register_blueprint(doors)


def add_stamp(folder: Path, endpoint: str, values: dict) -> None:
    """A changed file gets a changed address, so that browsers may keep every other for a year."""
    if endpoint == "static" and "filename" in values:
        values["v"] = stamp(folder / values["filename"])


@cache
def stamp(path: Path) -> str | None:
    return f"{path.stat().st_mtime_ns // 1_000_000:x}" if path.exists() else None
