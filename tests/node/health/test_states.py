"""What the desk and the coordinator read about a comune in each of its states."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from node import __version__
from node.core import clock
from tests.node.health.conftest import NOW

MINUTES, HOURS, DAYS = (timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
NETWORK, NODES, TODAY = "/desk/rete/", "/coordinamento/nodi/", "/desk/"


@pytest.fixture
def report(client, ispra):
    """`report()`: (tone, what is told) of Ispra on the page of the desk; of any other comune by its name."""
    return lambda name="Ispra": reports(client)[name]


def reports(client):
    found = {}
    for tone, row in re.findall(r'(?s)<li class="node-row node-row-(\w+)">(.*?)</li>', client.get(NETWORK).text):
        name, told = (
            words(re.search(f'(?s)<div class="node-{part}">(.*?)</div>', row)[1]) for part in ("name", "state")
        )
        found[name.removesuffix(" capofila")] = (tone, told)
    return found


def words(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_all_is_well(report, visits, confirms):
    visits()
    confirms()
    assert report() == ("success", "tutto a posto · 3 minuti fa")


def test_a_short_silence_is_no_news(report, visits, confirms):
    visits(ok=9 * MINUTES, failures=4)
    confirms()
    assert report()[0] == "success"


def test_a_comune_that_neither_answers_nor_confirms_is_said_to_be_silent_at_once(report, visits, confirms):
    visits(ok=9 * MINUTES, failures=4)
    confirms(4 * DAYS)
    tone, told = report()
    assert tone == "danger"
    assert told.startswith("non risponde da domenica 22 novembre 2026 alle 13:31 ")


def test_a_silent_comune_is_told_since_when_and_until_when_its_vacancies_stay(report, visits, confirms):
    visits(ok=2 * DAYS, failures=9)
    confirms(2 * DAYS)
    tone, told = report()
    assert tone == "danger"
    assert told.startswith("non risponde da venerdì 20 novembre 2026 alle 13:40 ")
    assert "Le sue offerte restano visibili fino a venerdì 11 dicembre 2026." in told


def test_a_comune_that_never_answered(report, visits):
    visits(ok=None, failures=3)
    assert report() == (
        "danger",
        "non ha mai risposto Il nodo riprova da solo. Se dura più di un giorno, telefona a quello sportello.",
    )


def test_a_comune_that_was_not_asked_yet_is_awaited(report):
    tone, told = report()
    assert tone == "warning"
    assert told.startswith("non l’abbiamo ancora sentito")


def test_a_comune_that_is_read_through_others_is_well_as_long_as_it_confirms(report, confirms):
    confirms(5 * MINUTES)
    assert report() == ("success", "tutto a posto · 5 minuti fa")


def test_a_comune_that_is_read_through_others_and_confirms_nothing_any_more(report, confirms):
    confirms(4 * DAYS)
    tone, told = report()
    assert tone == "warning"
    assert told.startswith("si legge tramite altri nodi; non conferma le sue offerte da mercoledì 18 novembre 2026")


def test_a_comune_that_answers_but_confirms_nothing_for_three_days(report, visits, confirms):
    visits()
    confirms(72 * HOURS)
    assert report()[0] == "success"
    with clock.at(NOW + MINUTES):
        tone, told = report()
    assert tone == "warning"
    assert told.startswith("risponde, ma non conferma le sue offerte da giovedì 19 novembre 2026")


def test_a_comune_whose_records_are_on_their_way(report, visits, confirms):
    visits(remaining=312)
    confirms()
    assert report() == ("primary", "sta mandando i suoi dati: ne mancano 312")


def test_a_comune_whose_copies_here_cannot_be_made_whole(report, visits, confirms):
    confirms()
    why = "ispra: http-404: the copies of this node are not what this head describes"
    visits(differing_since=NOW - 9 * MINUTES, differing_why=why)
    assert report()[0] == "success", "the next visit heals it most of the time"
    visits(differing_since=NOW - 11 * MINUTES, differing_why=why)
    tone, told = report()
    assert tone == "warning"
    assert told.startswith("da domenica 22 novembre 2026 alle ")
    assert "le sue offerte qui non sono tutte Il nodo chiede da solo quello che manca." in told
    assert why in told


def test_a_cloned_comune(report, visits, confirms, cloned):
    visits()
    confirms()
    cloned("ispra")
    tone, told = report()
    assert tone == "danger"
    assert told.startswith("due computer firmano a suo nome Avvisa subito quel Comune")


def test_our_own_clone_is_a_matter_for_our_administrator(report, cloned):
    cloned("gavirate")
    assert "Un altro computer usa le chiavi di questo nodo" in report("Gavirate")[1]


def test_this_node_is_named_as_such(report):
    assert report("Gavirate") == ("success", "questo nodo · non ha ancora pubblicato niente")


def test_who_is_in_trouble_stands_first(client, ispra, visits):
    visits(ok=None, failures=3)
    assert list(reports(client)) == ["Ispra", "Gavirate"]


def test_the_first_page_counts_who_is_in_trouble_and_is_silent_when_nobody_is(client, ispra, visits, confirms):
    confirms()
    visits()
    assert "Comuni con problemi" not in client.get(TODAY).text
    visits(ok=HOURS, failures=9)
    page = client.get(TODAY).text
    assert "Comuni con problemi" in page
    assert f'href="{NETWORK}"' in page


def test_a_reader_that_stands_still_is_our_own_fault(client, browser, ispra, visits, confirms):
    confirms()
    visits(next_at=NOW - 9 * MINUTES)
    assert "Questo nodo non legge gli altri" not in client.get(NETWORK).text
    visits(next_at=NOW - HOURS)
    for page in (client.get(NETWORK).text, browser("coordinatore").get(NODES).text):
        assert "Questo nodo non legge gli altri da domenica 22 novembre 2026, 12:40" in page


@pytest.mark.parametrize(("days", "has_expired"), [(6, False), (8, True)])
def test_a_roster_that_nobody_confirms_any_more_is_told(browser, ispra, days, has_expired):
    with clock.at(datetime.now(UTC) + days * DAYS):
        assert ("L’elenco dei membri della rete è scaduto" in browser("operatore").get(NETWORK).text) is has_expired


def test_a_node_alone_is_told_how_to_join(client):
    assert "Questo nodo non fa ancora parte di una rete." in client.get(NETWORK).text


def test_the_coordinator_sees_every_node_with_its_version(browser, ispra, visits, confirms):
    visits(version="0.9.1")
    confirms()
    rows = re.findall(r"(?s)<tr>(.*?)</tr>", browser("coordinatore").get(NODES).text)[1:]
    assert [words(row) for row in rows] == [
        "Ispra (capofila) tutto a posto · 3 minuti fa 5 minuti fa 0 0.9.1",
        f"Gavirate questo nodo · non ha ancora pubblicato niente mai 0 {__version__}",
    ]


def test_a_node_that_does_not_tell_its_version(browser, ispra, visits):
    visits()
    assert "non detta" in browser("coordinatore").get(NODES).text


def test_the_pages_speak_english(client, browser, ispra):
    for page in (
        client.get(NETWORK, headers={"Accept-Language": "en"}),
        browser("coordinatore").get(NODES, headers={"Accept-Language": "en"}),
    ):
        assert '<html lang="en">' in page.text


def test_roles(browser, ispra):
    allowed = {
        role: [browser(role).get(page).status_code for page in (NETWORK, NODES)]
        for role in ("operatore", "coordinatore", "amministratore")
    }
    assert allowed == {"operatore": [200, 403], "coordinatore": [403, 200], "amministratore": [200, 200]}
