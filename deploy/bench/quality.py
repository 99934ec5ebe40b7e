"""Whether people find what they mean: the judged questions, beside two other engines, and what each feature is worth.

Questions, grades and vacancies were written without knowledge of the search and are frozen by a hash, which is checked
before anything is measured. Our engine is asked as the results page asks it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from deploy.bench import copies
from deploy.bench.judged import corpus, frozen, second
from deploy.bench.judged.facts import Judged
from deploy.bench.judged.grading import grade
from deploy.bench.judged.queries import Query, queries
from deploy.bench.measures import DEEP, Worth, means, worth
from deploy.bench.measuring import BenchFault, Figure
from deploy.bench.peers.fields import Question
from deploy.bench.peers.fts5 import Fts5
from deploy.bench.peers.snowball import Snowball
from deploy.bench.workshop import Workshop
from federation import replica
from federation.database import Database
from federation.search.index import Index, Writer
from federation.search.query import search
from federation.search.request import ALL_FEATURES, SearchRequest
from node.citizens.question import Asked
from node.core import clock
from schemas.codes import comuni

AIM_NDCG = 0.85
AIM_ABOVE = 0.20
ASKED_AT = "012133"
"""The comune whose desk is asked, Varese: of places with the same name the nearest to it is meant."""
Find = Callable[[Query], Sequence[str]]
"""A question to keys, best first."""


def measure(workshop: Workshop) -> list[Figure]:
    if not frozen.is_unchanged() or not second.is_unchanged():
        raise BenchFault("the judged set is not the one that was frozen: figures of it would compare with no other")
    folder = workshop.folder / "quality"
    folder.mkdir()
    now = clock.now()
    workshop.say(f"judged vacancies: the demo's and {workshop.sizes.judged}")
    judged = [*corpus.demo(now.date()), *corpus.generated(workshop.sizes.judged, today=now.date())]
    grades = {query.id: graded(query, judged) for query in queries()}
    engines = {"ours": ours(folder, judged, now)} | peers(folder, judged)
    told: dict[str, dict[str, Worth]] = {}
    for name, find in engines.items():
        workshop.say(f"{len(grades)} questions to {name}")
        told[name] = {query.id: worth(find(query), grades[query.id]) for query in queries()}
    workshop.say(f"{len(second.queries())} questions of the second set")
    later = {query.id: graded(query, judged) for query in second.queries()}
    of_second = {
        name: {query.id: worth(find(query), later[query.id]) for query in second.queries()}
        for name, find in engines.items()
    }
    without = {}
    for feature in sorted(ALL_FEATURES):
        workshop.say(f"without {feature}")
        find = asking(folder, now, ALL_FEATURES - {feature})
        without[feature] = means([worth(find(query), grades[query.id]) for query in queries()])
    return [
        *of_all(told),
        *of_second_set(of_second),
        *of_kinds(told),
        *of_features(without, means(told["ours"].values())),
    ]


def graded(query: Query, judged: Iterable[Judged]) -> dict[str, int]:
    """The keys of all vacancies that are of any use to whoever asks this."""
    found = ((f"{each.origin}/{each.id}", grade(query.wants, each.facts)) for each in judged)
    return {key: told for key, told in found if told}


def ours(folder: Path, judged: Sequence[Judged], now: datetime) -> Find:
    database = Database(f"sqlite:///{folder / 'replica.sqlite'}", durable=False)
    try:
        replica.create(database)
        copies.hold(database, records(judged), now)
        with Writer(folder / "index") as writer:
            while writer.follow(database, 5_000):
                pass
    finally:
        database.dispose()
    return asking(folder, now, ALL_FEATURES)


def asking(folder: Path, now: datetime, features: frozenset[str]) -> Find:
    index = Index(folder / "index")

    def find(query: Query) -> list[str]:
        request = replace(as_the_page_asks(query, index, now), features=features, page_size=DEEP)
        if "understanding" not in features:
            request = replace(bare(query, now), features=features, page_size=DEEP)
        found = search(index, request)
        return [f"{hit.origin}/{hit.id}" for hit in (*found.hits, *found.close)]

    return find


def as_the_page_asks(query: Query, index: Index, now: datetime) -> SearchRequest:
    centre, km = chosen_place(query)
    asked = Asked(query.q, centre, km, employers=index.employers(), here=ASKED_AT)
    return asked.request(now, frozenset())


def bare(query: Query, now: datetime) -> SearchRequest:
    """The words as words; only what was chosen in the form is a filter."""
    centre, km = chosen_place(query)
    return SearchRequest(now=now, text=query.q, near=centre, radius_km=km)


def chosen_place(query: Query) -> tuple[str | None, int | None]:
    """The ISTAT code and the radius in the fields for the place."""
    if not query.place:
        return None, None
    return comuni.find(query.place["comune"])[0].istat, query.place["km"]


def peers(folder: Path, judged: Sequence[Judged]) -> dict[str, Find]:
    engines = [Snowball(folder / "snowball"), Fts5(folder / "fts5.sqlite")]
    for engine in engines:
        engine.fill(records(judged))
    return {engine.name: lambda query, engine=engine: engine.best(question(query), DEEP) for engine in engines}


def question(query: Query) -> Question:
    centre, km = chosen_place(query)
    return Question(query.q, frozenset(code for code, _km in comuni.within(centre, km)) if centre else None)


def records(judged: Iterable[Judged]) -> Iterable[copies.Record]:
    return ((each.origin, each.id, each.document) for each in judged)


def of_all(told: Mapping[str, Mapping[str, Worth]]) -> list[Figure]:
    """Our means, each beside that of the better peer; the goal is absolute and relative."""
    mean_of = {name: means(answers.values()) for name, answers in told.items()}
    our = mean_of.pop("ours")
    name, best = max(mean_of.items(), key=lambda peer: peer[1].ndcg)
    if not best.ndcg:
        raise BenchFault("no other engine found anything: the comparison would mean nothing")
    figures = [
        Figure("nDCG@10", "", (our.ndcg,), AIM_NDCG, best.ndcg, name, at_least=True),
        Figure("nDCG@10 above the better peer", "", (our.ndcg - best.ndcg,), AIM_ABOVE, at_least=True),
        Figure("hit@1 (of the best grade there is)", "", (our.hit,), None, best.hit, name),
        Figure(f"recall@{DEEP}", "", (our.recall,), None, best.recall, name),
        Figure("questions without any answer", "", (our.zero,), None, best.zero, name),
    ]
    for other, worse in mean_of.items():
        if other != name:
            figures.append(Figure("nDCG@10", "", (our.ndcg,), None, worse.ndcg, other))
    return figures


def of_second_set(told: Mapping[str, Mapping[str, Worth]]) -> list[Figure]:
    """The same two figures of the questions that nothing was tuned on."""
    ndcg = {name: means(answers.values()).ndcg for name, answers in told.items()}
    our = ndcg.pop("ours")
    name, best = max(ndcg.items(), key=lambda peer: peer[1])
    return [
        Figure("nDCG@10 of the second set", "", (our,), AIM_NDCG, best, name, at_least=True),
        Figure("nDCG@10 of the second set above the better peer", "", (our - best,), AIM_ABOVE, at_least=True),
    ]


def of_kinds(told: Mapping[str, Mapping[str, Worth]]) -> list[Figure]:
    """nDCG@10 by kind of question, beside the peer that is better on all together."""
    peer = max((name for name in told if name != "ours"), key=lambda name: means(told[name].values()).ndcg)
    figures = []
    for kind in sorted({query.kind for query in queries()}):
        ids = [query.id for query in queries() if query.kind == kind]
        our, theirs = (means([told[name][each] for each in ids]).ndcg for name in ("ours", peer))
        figures.append(Figure(f"nDCG@10 of {kind} ({len(ids)})", "", (our,), None, theirs, peer))
    return figures


def of_features(without: Mapping[str, Worth], full: Worth) -> list[Figure]:
    """The ablation: what is left when one feature is off."""
    return [
        Figure(f"nDCG@10 without {feature}", "", (left.ndcg,), None, full.ndcg, "with it")
        for feature, left in without.items()
    ]
