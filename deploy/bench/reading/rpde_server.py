"""A plain RPDE feed (OpenActive's Realtime Paged Data Exchange): python -m deploy.bench.reading.rpde_server PORT FILE.

Items in the order of (modified, id), 500 a page, `next` for the page after it. What is posted is kept in FILE.
"""

import json
import sys
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, Response, request
from sqlalchemy import create_engine, select, tuple_
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from deploy.bench.programs import HOST

PAGE = 500
THREADS = 8


class Base(DeclarativeBase):
    pass


class Offer(Base):
    __tablename__ = "offer"

    id: Mapped[str] = mapped_column(primary_key=True)
    modified: Mapped[int] = mapped_column(index=True)
    document: Mapped[str]


def rpde_app(file: Path) -> Flask:
    app = Flask("rpde")
    engine = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)

    @app.get("/healthz")
    def alive() -> str:
        return "ok"

    @app.post("/offers")
    def put() -> tuple[str, int]:
        told = request.get_json()
        with Session(engine) as session:
            for name, document in told["offers"]:
                session.merge(Offer(id=name, modified=told["modified"], document=json.dumps(document)))
            session.commit()
        return "", 204

    @app.get("/feed")
    def feed() -> Response:
        after = int(request.args.get("afterTimestamp", 0)), request.args.get("afterId", "")
        wanted = select(Offer).where(tuple_(Offer.modified, Offer.id) > tuple_(*after))
        with Session(engine) as session:
            offers = session.scalars(wanted.order_by(Offer.modified, Offer.id).limit(PAGE)).all()
            last = (offers[-1].modified, offers[-1].id) if offers else after
            items = [item_of(offer) for offer in offers]
        page = {"next": f"/feed?afterTimestamp={last[0]}&afterId={last[1]}", "items": items}
        return Response(json.dumps(page, ensure_ascii=False), mimetype="application/vnd.openactive.rpde+json")

    return app


def item_of(offer: Offer) -> dict[str, Any]:
    data = json.loads(offer.document)
    return {"state": "updated", "kind": "vacancy", "id": offer.id, "modified": offer.modified, "data": data}


if __name__ == "__main__":
    app = rpde_app(Path(sys.argv[2]))
    waitress.serve(app, host=HOST, port=int(sys.argv[1]), threads=THREADS, ident=None, _quiet=True)
