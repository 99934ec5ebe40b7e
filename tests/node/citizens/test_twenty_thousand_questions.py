"""Twenty thousand rough questions: none breaks the search, and whatever is refused is told by name.

A whole request costs several times as much as reading its question and searching. So 2,000 questions go over HTTP, to
a quarter of them to the page, which costs most, and the other 18,000 to the functions behind the same addresses.
"""

from html import unescape
from itertools import cycle

from federation.search import suggesting
from federation.search.query import search
from node.citizens import asked
from node.citizens.asked import BadQuestion
from node.core import clock
from node.core.rooms import rooms
from schemas.lookups import SuggestionsQuery
from tests.node.citizens.rough import UNKNOWN, questions

SEED = 20_111_110
OVER_HTTP, IN_ALL = 2_000, 20_000
PAGE, API, SUGGESTIONS = "/lavoro", "/api/v1/vacancies", "/api/v1/suggestions"
IN_TURN = (PAGE, API, SUGGESTIONS, API)

ON_PAGE = {
    "q": ("La ricerca è troppo lunga",),
    "comune": ("Non conosciamo il Comune", "può essere più di un comune"),
    "occupation": ("non è un gruppo di professioni",),
    "origin": ("non è il nome di un nodo", "non è un valore di origin"),
    "km": ("km è un numero intero da 0 a 200",),
    "page": ("page è un numero intero da 1 a 10000", "I risultati finiscono a pagina"),
}
"""How the page blames a parameter, where that is not the usual sentence."""


def asked_of(question, address):
    """The query for an address, and the parameters that it must blame."""
    if address == SUGGESTIONS:
        return question.text, question.wrong & {"q"}
    if address == API:
        return question.query.replace("km=", "radius_km="), {
            {"km": "radius_km"}.get(name, name) for name in question.wrong
        }
    return question.query, question.wrong or ({"page"} if question.is_beyond else set())


def is_told(blamed, wrong):
    """All that is wrong is blamed and nothing else; whether a node exists is asked only when all the rest is right."""
    return set(blamed) == wrong or ("origin" in wrong and set(blamed) == wrong - {"origin"})


def sentences(name):
    unknown = f"Il parametro «{name[:60]}» non esiste"
    return (unknown,) if name in UNKNOWN else ON_PAGE.get(name, (f"non è un valore di {name}",))


def test_two_thousand_requests_are_answered_or_refused_by_name(shelves, citizen):
    refused = dict.fromkeys(IN_TURN, 0)
    for question, address in zip(questions(SEED, OVER_HTTP), cycle(IN_TURN), strict=False):
        query, wrong = asked_of(question, address)
        answer = citizen.get(f"{address}?{query}")
        assert answer.status_code == (400 if wrong else 200), (address, query)
        refused[address] += bool(wrong)
        if wrong and address == PAGE:
            page = unescape(answer.text)
            blamed = {name for name in wrong if any(told in page for told in sentences(name))}
            assert is_told(blamed, wrong), (query, wrong)
        elif wrong:
            assert is_told(answer.json["errors"], wrong), (address, query)
    assert min(refused.values()) > 20


def test_eighteen_thousand_questions_are_read_and_searched_or_refused_by_name(shelves, app):
    refused = 0
    for question, address in zip(questions(SEED, IN_ALL)[OVER_HTTP:], cycle(IN_TURN), strict=False):
        query, wrong = asked_of(question, address)
        with app.app_context():
            blamed = ask(address, app.request_class({"QUERY_STRING": query}).args)
        assert is_told(blamed, wrong - ({"page"} if question.is_beyond else set())), (address, query)
        refused += bool(wrong)
    assert refused > 4_000


def ask(address, sent):
    """Read the question and search; the parameters blamed."""
    try:
        if address == SUGGESTIONS:
            read = asked.load(SuggestionsQuery(), sent)
            suggesting.suggest(rooms().index, read["q"], clock.now(), frozenset(), read["limit"])
        else:
            question = (asked.from_form if address == PAGE else asked.from_query)(sent)
            search(rooms().index, question.request(clock.now(), frozenset()))
    except BadQuestion as bad:
        return bad.errors
    return {}
