"""A harvester as one writes it first: requests, a marshmallow schema for each item, an ORM merge, a commit a page.

python -m deploy.bench.reading.rpde URL FILE
"""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import requests
from marshmallow import INCLUDE, Schema, fields
from sqlalchemy import JSON, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from deploy.bench.programs import HOST
from deploy.bench.reading.reader import listen
from deploy.bench.reading.vacancies import Vacancy
from schemas.vacancy import VacancyDocument

PATIENCE_S = 120


class Item(Schema):
    class Meta:
        unknown = INCLUDE

    state = fields.String(required=True)
    kind = fields.String(required=True)
    id = fields.String(required=True)
    modified = fields.Integer(required=True)
    data = fields.Nested(VacancyDocument, required=True)


class Base(DeclarativeBase):
    pass


class Offer(Base):
    __tablename__ = "offer"

    id: Mapped[str] = mapped_column(primary_key=True)
    modified: Mapped[int]
    title: Mapped[str]
    contract: Mapped[str] = mapped_column(index=True)
    published_on: Mapped[date]
    closes_on: Mapped[date] = mapped_column(index=True)
    data: Mapped[dict] = mapped_column(JSON)


def put(port: int, some: Iterable[Vacancy], modified: int) -> None:
    """Have the feed offer these, as modified at that moment."""
    told = {"offers": list(some), "modified": modified}
    requests.post(f"http://{HOST}:{port}/offers", json=told, timeout=PATIENCE_S).raise_for_status()


class Harvester:
    def __init__(self, url: str, file: Path):
        self._url, self._next = url, "/feed"
        self._engine = create_engine(f"sqlite:///{file}")
        Base.metadata.create_all(self._engine)
        self._session = requests.Session()
        self._item = Item()

    def read(self, _word: str) -> int:
        """Follow `next` until a page has no items."""
        count = 0
        while items := self._page():
            with Session(self._engine) as session:
                for told in items:
                    loaded = self._item.load(told)
                    document = loaded["data"]
                    kept = {name: document[name] for name in ("title", "contract", "published_on", "closes_on")}
                    session.merge(Offer(id=loaded["id"], modified=loaded["modified"], data=told["data"], **kept))
                session.commit()
            count += len(items)
        return count

    def _page(self) -> list[dict]:
        page = self._session.get(f"{self._url}{self._next}", timeout=PATIENCE_S).json()
        self._next = page["next"]
        return page["items"]


if __name__ == "__main__":
    listen(Harvester(sys.argv[1], Path(sys.argv[2])).read)
