"""The same vacancy, posted by several desks or once for each place, stands once in the results."""

import pytest

VARESE = "012133"
TEXT = """Per un'azienda del settore meccanico cerchiamo una persona che conosca il disegno tecnico e sappia lavorare
in autonomia su centri di lavoro a controllo numerico, con esperienza nella programmazione e nel controllo dei pezzi"""


@pytest.fixture
def post(network, writer):
    """Publish `post(a={…}, b={…})`, all of one employer and one title unless told otherwise, in one round."""

    def post(**vacancies):
        for name, changes in vacancies.items():
            employer = {"employer": {"name": "Officine Bianchi S.r.l."}, "title": "Tornitore"}
            network.publish(f"{name}-id", **(employer | changes))
        writer.follow(network.database)

    return post


def groups(answer):
    """The groups of a page, each as the sorted names of its vacancies."""
    return sorted(sorted(hit.id.removesuffix("-id") for hit in (first, *first.also)) for first in answer.hits)


def test_one_job_posted_for_several_places_and_by_several_desks_is_one_hit(post, network, writer, find):
    post(a={"places": ["Varese"]}, b={"places": ["Ispra"], "title": "TORNITRICE / TORNITORE"})
    network.publish("c-id", origin="ispra", employer={"name": "OFFICINE BIANCHI SRL"}, title="Tornitore")
    writer.follow(network.database)
    answer = find.ask("tornitore")
    assert (answer.total, answer.groups, groups(answer)) == (3, 1, [["a", "b", "c"]])


def test_the_order_of_words_gender_and_places_in_the_title_make_no_other_job(post, find):
    post(
        a={"title": "Tornitore CNC Varese", "places": ["Varese"]},
        b={"title": "CNC: tornitrice", "places": ["Ispra"]},
        c={"title": "Fresatore CNC"},
    )
    assert groups(find.ask()) == [["a", "b"], ["c"]]


@pytest.mark.parametrize("changes", [{"contract": "tirocinio"}, {"employer": {"name": "Officine Rossi"}}])
def test_another_contract_or_employer_is_another_job(post, find, changes):
    post(a={}, b=changes)
    assert groups(find.ask()) == [["a"], ["b"]]


def test_where_the_employer_stays_unnamed_nearly_the_same_text_is_the_same_job(post, find):
    hidden, other = {"employer": None}, TEXT.replace("disegno tecnico", "banco di prova").replace("numerico", "manuale")
    post(
        a=hidden | {"description": TEXT},
        b=hidden | {"description": TEXT.replace("una persona", "un collaboratore"), "places": ["Varese"]},
        c=hidden | {"description": f"{other} nel reparto montaggio di Ispra, con turni alternati e mensa gratuita"},
        d=hidden,
        e=hidden,
    )
    assert groups(find.ask()) == [["a", "b"], ["c"], ["d"], ["e"]]


def test_only_those_that_answer_the_question_stand_beside_it(post, find):
    post(a={"places": ["Varese"], "shifts": True}, b={"places": ["Ispra"], "shifts": True}, c={"places": ["Milano"]})
    assert groups(find.ask(shifts=True)) == [["a", "b"]]
    assert groups(find.ask(near=VARESE, radius_km=25)) == [["a", "b"]]


def test_the_nearest_of_a_group_speaks_for_it(post, find):
    post(far={"places": ["Milano"]}, near={"places": ["Varese"]})
    (hit,) = find.ask(near=VARESE, sort="distance").hits
    assert (hit.id, [each.id for each in hit.also]) == ("near-id", ["far-id"])
    assert hit.distance_km == 0
    assert hit.also[0].distance_km > 40


def test_pages_hold_groups_and_each_group_once(post, find):
    towns = ["Varese", "Ispra", "Gavirate", "Milano"]
    post(
        **{
            f"v{job}x{town}": {"title": f"Operaio {job}", "places": [towns[town]]}
            for job in range(9)
            for town in range(4)
        }
    )
    pages = [find.ask(page=page, page_size=4) for page in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [4, 4, 1, 0]
    assert {(page.total, page.groups) for page in pages} == {(36, 9)}
    assert {len(hit.also) for page in pages for hit in page.hits} == {3}
    shown = [each.id for page in pages for hit in page.hits for each in (hit, *hit.also)]
    assert len(shown) == len(set(shown)) == 36


def test_there_are_as_many_pages_as_groups_fill_up_to_where_nobody_reads(post, find, monkeypatch):
    post(**{f"v{number}": {"title": f"Operaio {number // 2}"} for number in range(14)})
    assert [find.ask(page_size=size).pages for size in (3, 7, 50)] == [3, 1, 1]
    assert find.ask("xyz").pages == 1
    monkeypatch.setattr("federation.search.results.MAX_WINDOW", 5)
    monkeypatch.setattr("federation.search.grouping.MAX_WINDOW", 5)
    answers = [find.ask(page_size=2, page=page) for page in (1, 2, 3)]
    assert [(answer.pages, len(answer.hits), answer.groups) for answer in answers] == [(2, 2, 7), (2, 2, 7), (2, 0, 7)]


def test_where_there_are_too_many_matches_to_look_through_each_counts_as_its_own(post, find, monkeypatch):
    post(a={}, b={"places": ["Varese"]}, c={"title": "Fresatore"})
    assert find.ask().groups == 2
    monkeypatch.setattr("federation.search.counting.GROUPED_EXACTLY", 2)
    post(d={"title": "Saldatore"})
    answer = find.ask()
    assert (answer.groups, answer.total, groups(answer)) == (4, 4, [["a", "b"], ["c"], ["d"]])
