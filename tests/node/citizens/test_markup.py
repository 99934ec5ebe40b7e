"""Pieces of pages that are made once, and markup that is joined in Python: never another's language, never another's signs."""

import pytest

HOSTILE = "<b onclick=\"x('&')\">"
ESCAPED = "&lt;b onclick=&#34;x(&#39;&amp;&#39;)&#34;&gt;"


def test_a_piece_that_is_made_once_speaks_the_language_of_each_reader(shelves, citizen):
    first = citizen.get("/lavoro").text
    english = citizen.get("/lavoro", headers={"Accept-Language": "en"}).text
    assert "Come funziona" in first
    assert "Come funziona" not in english
    assert 'lang="en"' in english
    assert citizen.get("/lavoro?q=magazziniere").text.count("Come funziona") == first.count("Come funziona")


def test_the_navigation_shows_on_which_page_one_is(shelves, citizen):
    for path in ("/lavoro", "/sportelli", "/preferiti", "/lavoro"):
        assert f'<a href="{path}" aria-current="page"' in citizen.get(path).text


def test_a_page_below_another_address_links_only_there(shelves, citizen):
    below = citizen.get("/lavoro", environ_overrides={"SCRIPT_NAME": "/gavirate"})
    assert 'href="/gavirate/sportelli"' in below.text
    assert 'href="/sportelli"' in citizen.get("/lavoro").text


def test_a_card_changes_with_its_vacancy(shelves, citizen):
    assert "Magazziniere di sera" not in citizen.get("/lavoro").text
    shelves.publish("vergiate-1", "vergiate", title="Magazziniere di sera", places=["Vergiate"])
    shelves.arrive()
    assert "Magazziniere di sera" in citizen.get("/lavoro").text


@pytest.mark.parametrize("address", ["/lavoro", "/lavoro?q=fuochista", "/preferiti?offerta=vergiate/vergiate-9"])
def test_what_others_write_is_no_markup_on_a_card(shelves, citizen, address):
    told = {"title": f"Fuochista {HOSTILE}", "description": f"Fuochista {HOSTILE}", "employer": {"name": HOSTILE}}
    shelves.publish("vergiate-9", "vergiate", places=["Vergiate"], **told)
    shelves.arrive()
    page = citizen.get(address).text
    assert HOSTILE not in page
    assert page.count(ESCAPED) > 1
