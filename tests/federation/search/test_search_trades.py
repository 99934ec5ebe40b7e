"""What people call a trade leads to its unit group, in any gender, number and wrapping; the operator's word wins."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.search import text, titles, trades
from federation.search.trade_names import Vocabulary, known_in, root, shipped
from schemas.codes import OCCUPATIONS, imported
from schemas.codes.trades import trades as table


def first(title, **more):
    return trades.suggest(title, **more)[0].code


def folded(name):
    """The same for every gender, number, article and order of the words."""
    return tuple(sorted(set(titles.stems(name))))


def test_all_names_of_all_trades_are_distinct_after_folding_gender_number_and_order():
    spread = Counter(folded(name) for each in table() for name in each.names)
    assert [name for name, count in spread.items() if count > 1] == []


def test_every_name_of_the_table_leads_to_its_own_group():
    wrong = [name for each in table() for name in each.names if first(name) != each.isco]
    assert wrong == []


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Saldatore", "7212"),
        ("SALDATRICE", "7212"),
        ("saldatori/trici", "7212"),
        ("Cameriere/a di sala", "5131"),
        ("N. 3 cameriere (e camerieri) per la stagione estiva", "5131"),
        ("Addetta alle vendite part time", "5223"),
        ("Operatrice Socio Sanitaria", "5321"),
        ("O.S.S. per RSA", "5321"),
        ("impiegata amm.va", "4110"),
        ("Cercasi con urgenza parrucchiera/e", "5141"),
        ("Apprendista panettiere", "7512"),
        ("Senior Software Developer - Varese (VA)", "2512"),
    ],
)
def test_gender_number_abbreviations_and_circumstances_do_not_hide_the_trade(title, code):
    assert first(title) == code


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Autista patente B", "8322"),
        ("Autista cat. B per consegne", "8322"),
        ("autista patente di tipo «C»", "8332"),
        ("Autista pat. C+E", "8332"),
        ("Autista patente D", "8331"),
        ("Impiegata amministrativa patente B", "4110"),
    ],
)
def test_the_licence_tells_one_driver_from_another_and_nobody_else(title, code):
    assert first(title) == code


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Addetto alla saldatura", "7212"),
        ("Operaia addetta alla verniciatura", "7132"),
        ("Personale di magazzino", "4321"),
        ("Lavoratore addetto alla tornitura", "7223"),
        ("Montatore di arredamenti", "7522"),
    ],
)
def test_the_doing_leads_to_the_doer(title, code):
    assert first(title) == code


@pytest.mark.parametrize(
    ("title", "codes"),
    [("Muratori e manovali", {"7112", "9313"}), ("Barista / cameriera", {"5132", "5131"})],
)
def test_a_title_with_two_trades_suggests_both_the_first_one_first(title, codes):
    found = [each.code for each in trades.suggest(title, limit=2)]
    assert set(found) == codes
    assert found[0] == first(title.split()[0])


def test_the_longer_name_wins_over_the_word_inside_it():
    assert first("cameriere") == "5131"
    assert first("cameriera ai piani") == "9112"
    assert first("infermiere") == "2221"
    assert first("coordinatore infermieristico") == "1342"


def test_a_title_that_says_nothing_is_helped_by_the_text():
    assert trades.suggest("Nuova opportunità a Gallarate") == []
    found = trades.suggest("Nuova opportunità a Gallarate", "Cerchiamo un saldatore a TIG e un magazziniere.")
    assert [each.code for each in found[:2]] == ["7212", "4321"]
    assert "saldatore a TIG" in found[0].reason


def test_the_text_never_outweighs_a_clear_title():
    text_of_another = "saldatore, tornitore, fresatore, magazziniere, idraulico"
    assert first("Parrucchiera", text=text_of_another) == "5141"


def test_every_suggestion_has_a_reason_a_title_and_a_score_that_falls():
    found = trades.suggest("Magazziniere con patentino del muletto", "carico e scarico", limit=5)
    assert len(found) == 5
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    for each in found:
        assert 0 < each.score <= 1
        assert each.title == OCCUPATIONS.label(each.code)
        assert each.reason.msgid


def test_reasons_say_what_was_recognised():
    assert trades.suggest("mulettista")[0].reason == "«mulettista» è di questo gruppo."
    assert trades.suggest("mulettista, Vergiate")[0].reason == "Nel titolo c’è «mulettista»."
    assert trades.suggest("saldatura")[0].reason.msgid == "Il titolo somiglia a «{trade}»."
    near = next(each for each in trades.suggest("mulettista") if each.code == "9333")
    assert near.reason == "È vicina alla professione più probabile."


def test_a_correction_of_this_desk_comes_first_for_every_form_of_the_title():
    learnt = {trades.key("Jolly di reparto"): "9329"}
    for title in ("Jolly di reparto", "n. 2 JOLLY reparto part time", "jolly per reparti (urgente)"):
        best = trades.suggest(title, learnt=learnt)[0]
        assert (best.code, best.score) == ("9329", 1.0)
    assert "sportello" in trades.suggest("Jolly di reparto", learnt=learnt)[0].reason


def test_a_correction_wins_over_what_the_table_says_and_the_table_stays_second():
    learnt = {trades.key("Cuoco"): "3434"}
    assert [each.code for each in trades.suggest("cuoca", learnt=learnt)][:2] == ["3434", "5120"]


def test_a_correction_towards_a_group_that_does_not_exist_is_passed_over():
    assert first("cuoco", learnt={trades.key("cuoco"): "9999"}) == "5120"


def test_keys_meet_across_gender_number_and_circumstances_and_part_where_the_trade_differs():
    assert trades.key("Cameriere/a part time") == trades.key("camerieri") != ""
    assert trades.key("Addetto pulizie") != trades.key("Addetto mensa")
    assert trades.key("Autista patente B") != trades.key("Autista patente C")
    assert trades.key("  … 3!") == ""
    assert len(trades.key("parola " * 500 + "mestiere" * 90)) <= titles.LONGEST_KEY


@given(st.text(max_size=120), st.text(max_size=200))
def test_any_text_is_harmless(title, described):
    for each in trades.suggest(title, described, learnt={trades.key(title): "5120"} if trades.key(title) else None):
        assert each.code in OCCUPATIONS
        assert 0 < each.score <= 1


def words(typed):
    return list(text.words(typed))


def test_a_query_names_its_trades_with_their_places_and_the_longest_name_wins():
    typed = words("cerco lavoro come addetta alle pulizie uffici o cameriera ai piani a Gallarate")
    found = trades.recognise(typed)
    assert [" ".join(word.form for word in typed[each.start : each.end]) for each in found] == [
        "addetta alle pulizie uffici",
        "cameriera ai piani",
    ]
    assert all(each.codes == {"9112"} for each in found)
    assert [each.names for each in found] == [("addetto alle pulizie",), ("cameriere ai piani",)]


def test_words_that_name_no_trade_are_not_recognised():
    assert trades.recognise(words("vicino a casa con la patente, senza turni notturni")) == []
    assert trades.recognise([]) == []


def test_synonyms_are_the_other_names_of_the_same_trade_only():
    [oss] = trades.recognise(words("operatrici socio sanitarie"))
    others = trades.synonyms(oss)
    assert ("oss",) in others
    assert oss.stems not in others
    assert ("asa",) not in others

    [forklift] = trades.recognise(words("mulettista"))
    assert ("carrellist",) in trades.synonyms(forklift)


def test_related_groups_start_with_the_listed_ones_and_never_hold_the_group_itself():
    assert trades.related("8344", 3) == ["9333", "4321", "8189"]
    for code in OCCUPATIONS:
        near = trades.related(code, 6)
        assert code not in near
        assert set(near) <= set(OCCUPATIONS)
        assert len(near) == len(set(near)) <= 6
    assert trades.related("nothing", 3) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("saldatura", "saldatore"),
        ("imballaggio", "imballatore"),
        ("gelateria", "gelatiere"),
        ("contabilità", "contabile"),
    ],
)
def test_doer_doing_and_place_share_their_root(one, other):
    assert root(text.stems(one)[0]) == root(text.stems(other)[0])


def test_imported_labels_are_recognised_beside_the_shipped_names():
    richer = Vocabulary([("tecnico del varo di droni lacustri", "3153"), ("mestiere senza gruppo", "9999")])
    assert first("Tecnica del varo di droni lacustri", vocabulary=richer) == "3153"
    assert trades.recognise(words("tecnico varo droni lacustri"), richer)[0].codes == {"3153"}
    assert trades.suggest("mestiere senza gruppo", vocabulary=richer) == []
    assert first("cuoco", vocabulary=richer) == "5120"


def test_what_an_administrator_imports_is_known_from_then_on(tmp_path):
    assert known_in(tmp_path) is shipped()
    labels = [("filatore di nuvole", "8151", imported.ESCO_IT)]
    (tmp_path / imported.LABELS).write_bytes(imported.as_table(imported.Label, labels))
    known = known_in(tmp_path)
    assert trades.suggest("Filatrici di nuvole", vocabulary=known)[0].score > 0.9
    assert known_in(tmp_path) is known
    labels.append(("pettinatore di nebbia", "8151", imported.ESCO_IT))
    (tmp_path / imported.LABELS).write_bytes(imported.as_table(imported.Label, labels))
    assert trades.recognise(words("pettinatori di nebbia"), known_in(tmp_path))
