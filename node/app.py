"""Puts the rooms together: which doors a process serves, and what it may open for them.

`public` and `feed` need the replica, the index, the roster and the inbox; only `desk` opens the desk database and the
keys' folder. A process that faces the Internet is started without it, and then there is no way from a request to a
person's record. The desk serves the public pages too: its own pages lead there.
"""

import os
from collections.abc import Collection
from datetime import timedelta
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
from node.citizens import pages as citizens
from node.citizens import report_page
from node.citizens.api import blueprint as citizens_api
from node.core import clock, db, errors, forms, headers, i18n, identity, limits, logging, markup, menu, partition
from node.core.config import Config, load
from node.core.rooms import NAME, Rooms
from node.desks import pages as desks
from node.employers import pages as employers
from node.figures import pages as figures
from node.health import api as health_api
from node.health import pages as health
from node.operators import pages as operators
from node.operators import sessions, today
from node.vacancies import editing, notice, report_pages
from node.vacancies import pages as vacancies
from node.vacancies.importing import pages as importing

DOORS = ("public", "feed", "desk")
PUBLIC_PAGES = (citizens.citizens, report_page.report, citizens_api.api, health_api.machines)
DESK_PAGES = (
    today.desk, operators.access, operators.profile, operators.operators,
    desks.desks, desks.settings, employers.employers, vacancies.vacancies, editing.editing, notice.notice,
    report_pages.reports, importing.importing, figures.blueprint, health.network, health.proofs, health.health,
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
    idle, longest = timedelta(minutes=config.session_idle_min), timedelta(hours=config.session_max_h)
    return Rooms(
        config=config,
        replica=db.replica_of(config),
        index=Index(config.index, partial(known_in, config.codes)),
        roster=RosterStore(config.roster, clock.now, identity.myself(config)),
        inbox=Inbox(config.inbox),
        clock=clock.now,
        desk=desk,
        recognise=partial(sessions.recognise, desk, idle=idle, longest=longest) if desk else None,
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
    site = SimpleNamespace(name=config.name, network=config.network_name, demo=config.demo, email=config.contact_email)
    app.context_processor(lambda: {"site": site})
    app.url_defaults(partial(add_stamp, Path(app.static_folder)))


def open_desk(app: Flask, config: Config, csrf: CSRFProtect) -> None:
    app.secret_key = identity.secret(config)
    csrf.init_app(app)
    csrf.exempt(report_page.report)
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
