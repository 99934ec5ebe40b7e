"""The pages around the search: the first one, the desks, what must be said by law, the language."""

from html.parser import HTMLParser

import pytest

ADDRESSES = ["/", "/lavoro", "/sportelli", "/come-funziona", "/privacy", "/note-legali", "/accessibilita", "/api"]


def test_the_first_page_tells_numbers_that_are_true(shelves, ask):
    page = ask("/")
    assert "6 offerte da 3 sportelli · aggiornato adesso" in page.text
    assert "Nuove oggi" in page.text
    assert page.links["Somma Lombardo"] == "/lavoro?place=012123"
    assert page.links["Lugano (CH)"] == "/lavoro?place=Lugano+(CH)"
    assert page.links["Entro 10 km da Gavirate"] == "/lavoro?comune=Gavirate&km=10"


def test_the_desks_of_the_network_are_listed_with_hours_and_telephone(network, ask):
    network.open_desk("sportello-1", "vergiate")
    network.open_desk(
        "sportello-2", "gavirate", name="Sportello di Gavirate", comune={"istat": "012072", "name": "Gavirate"}
    )
    page = ask("/sportelli")
    assert page.text.index("Sportello di Gavirate sei qui") < page.text.index("Sportello lavoro di Vergiate")
    assert "martedì 9–12" in page.text


def test_how_it_works_names_the_members_and_the_capofila(network, ask):
    page = ask("/come-funziona")
    assert "Comuni di Lonate Pozzolo e Ferno" in page.text
    assert "Comune di Vergiate (Comune capofila: tiene l’elenco dei membri)" in page.text


def test_a_chosen_language_is_kept_and_leads_back_to_the_same_search(ask, citizen):
    answer = citizen.get("/lingua/en", headers={"Referer": "http://localhost/lavoro?q=oss&km=10"})
    assert (answer.status_code, answer.location) == (303, "/lavoro?q=oss&km=10")
    assert '<html lang="en">' in citizen.get("/").text


@pytest.mark.parametrize("referrer", ["https://altrove.example/x", "http://localhost//altrove.example/x"])
@pytest.mark.parametrize(
    "next", ["https://altrove.example/", "//altrove.example/", "/\\altrove.example/", "/\t/altrove.example/", ""]
)
def test_the_language_switch_never_leads_to_another_site(citizen, referrer, next):
    answer = citizen.get("/lingua/en", query_string={"next": next}, headers={"Referer": referrer})
    assert answer.location == "/"


def test_an_unknown_language_is_not_found(citizen):
    assert citizen.get("/lingua/xx").status_code == 404


class Outline(HTMLParser):
    """What a screen reader announces: landmarks, headings, and controls without a name."""

    def __init__(self, text):
        super().__init__()
        self.landmarks, self.levels, self.ids, self.labels, self.controls = [], [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("header", "main", "nav", "aside"):
            self.landmarks.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.levels.append(int(tag[1]))
        if tag == "label":
            self.labels.add(attrs["for"])
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden":
            self.controls.append(attrs["id"])
        if "id" in attrs:
            self.ids.append(attrs["id"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_one_title_landmarks_and_names_for_all_its_controls(shelves, citizen, address):
    text = citizen.get(address).text
    outline = Outline(text)
    assert outline.levels.count(1) == 1
    assert outline.landmarks.count("main") == 1
    assert set(outline.controls) <= outline.labels
    assert len(outline.ids) == len(set(outline.ids))
    assert 'href="#contenuto"' in text
    assert "contenuto" in outline.ids


def test_the_public_pages_open_no_desk_and_set_no_cookie(shelves, citizen):
    for address in ADDRESSES:
        assert "Set-Cookie" not in citizen.get(address).headers
