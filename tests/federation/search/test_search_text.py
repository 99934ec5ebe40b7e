import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.search import text
from federation.search.stems import stem

ONE_TRADE = [
    "operaio operaia operai operaie",
    "infermiere infermiera infermieri",
    "saldatore saldatrice saldatori saldatrici",
    "cameriere cameriera camerieri",
    "cuoco cuoca cuochi cuoche",
    "magazziniere magazziniera magazzinieri",
    "cassiere cassiera cassieri",
    "impiegato impiegata impiegati impiegate",
    "commesso commessa commessi commesse",
    "addetto addetta addetti addette",
    "autista autisti autiste",
    "elettricista elettricisti",
    "idraulico idraulici idraulica",
    "meccanico meccanica meccanici meccaniche",
    "tecnico tecnica tecnici tecniche",
    "medico medica medici mediche",
    "psicologo psicologa psicologi psicologhe",
    "educatore educatrice educatori educatrici",
    "direttore direttrice direttori direttrici",
    "operatore operatrice operatori operatrici",
    "mediatore mediatrice mediatori mediatrici",
    "muratore muratori muratrice",
    "venditore venditrice venditori venditrici",
    "agricoltore agricoltrice agricoltori",
    "attore attrice attori attrici",
    "professore professoressa professori professoresse",
    "dottore dottoressa dottori",
    "studente studentessa studenti studentesse",
    "segretario segretaria segretari segretarie",
    "veterinario veterinaria veterinari veterinarie",
    "fornaio fornaia fornai fornaie",
    "macellaio macellaia macellai",
    "notaio notaia notai",
    "parrucchiere parrucchiera parrucchieri",
    "giardiniere giardiniera giardinieri",
    "barista baristi bariste",
    "pizzaiolo pizzaiola pizzaioli",
    "sarto sarta sarti sarte",
    "maestro maestra maestri maestre",
    "assistente assistenti",
    "insegnante insegnanti",
    "contabile contabili",
    "ingegnere ingegnera ingegneri",
    "farmacista farmacisti farmaciste",
    "geometra geometri geometre",
    "portinaio portinaia portinai",
    "carrellista carrellisti carrelliste",
    "fattorino fattorina fattorini",
    "ostetrico ostetrica ostetriche ostetrici",
    "pasticcere pasticciere pasticcera pasticcieri",
    "chirurgo chirurga chirurghi chirurghe",
    "psichiatrico psichiatrici",
    "elettrico elettrica elettrici elettriche",
    "ufficio uffici",
    "cantiere cantieri",
    "officina officine",
    "servizio servizi",
    "provincia province provincie",
    "pulizia pulizie",
    "banca banche",
    "banco banchi",
    "stampo stampi",
    "stampa stampe",
    "lingua lingue",
    "turno turni",
    "casa case",
    "laurea lauree",
    "autotrasportatore autotrasportatori autotrasportatrice",
    "amministrativo amministrativa amministrativi amministrative",
    "badante badanti",
]

APART = [
    "banco banca",
    "stampo stampa",
    "scalo scala",
    "posto posta",
    "porto porta",
    "collo colla",
    "bollo bolla",
    "testo testa",
    "caso casa",
    "operaio opera",
    "operaio operatore",
    "operatore operatoria",
    "magazziniere magazzino",
    "muratore muratura",
    "venditore vendita",
    "segretaria segreteria",
    "guardia guardiano",
    "portiere porta",
    "portiere portinaio",
    "cameriere camera",
    "carrello carrellista",
    "contabile contabilita",
    "cuoco cuoio",
    "cucina cucire",
    "infermiere infermo",
    "elettrico elettricista",
    "elettrico elettore",
    "panettiere panetteria",
    "macchina macchinista",
    "sarto sartoria",
    "psichiatrici psichiatra",
    "agente agenzia",
]


@pytest.mark.parametrize("forms", ONE_TRADE)
def test_gender_and_number_of_a_trade_meet(forms):
    assert len({stem(form) for form in forms.split()}) == 1


def test_enough_pairs_were_tried():
    assert sum(len(forms.split()) - 1 for forms in ONE_TRADE) >= 120


@pytest.mark.parametrize("words", APART)
def test_different_things_stay_apart(words):
    one, other = words.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("Addetto/a vendite", ["addetto", "vendite"]),
        ("Cassiere/a", ["cassiere"]),
        ("operatore/trice CNC", ["operatore", "cnc"]),
        ("Educatori/trici", ["educatori"]),
        ("cameriere (a) di sala", ["cameriere", "sala"]),
        ("addett* alle pulizie", ["addett", "pulizie"]),
        ("cuocə", ["cuoc"]),
        ("infermiere/infermiera", ["infermiere", "infermiera"]),
        ("sala/bar", ["sala", "bar"]),
        ("O.S.S.", ["oss"]),
        ("OSS e A.S.A.", ["oss", "asa"]),
        ("Laghi S.r.l.", ["laghi", "srl"]),
        ("impiegata amm.va", ["impiegata", "amministrativa"]),
        ("Resp. uff. acquisti", ["responsabile", "ufficio", "acquisti"]),
        ("l'ufficio dell’officina", ["ufficio", "officina"]),
        ("part-time, part time, PARTTIME", ["parttime"] * 3),
        ("full time", ["fulltime"]),
        ("operatore socio-sanitario", ["operatore", "sociosanitario"]),
        ("Perché Cantù è là", ["perche", "cantu"]),
        ("Cantu\u0300", ["cantu"]),
        ("C++ e C#", ["c++", "c#"]),
        ("patente B, C o CE", ["patente", "b", "c", "ce"]),
        ("turni 6x1 h24", ["turni", "6x1", "h24"]),
        ("la e il di", []),
        ("", []),
        ("🙂 \x00 --- ()", []),
    ],
)
def test_a_text_is_cut_into_words(written, forms):
    assert text.forms(written) == forms


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Addetto/a", "addette"),
        ("Operatore/trice", "operatrici"),
        ("amm.vo", "amministrativa"),
        ("O.S.S.", "oss"),
        ("part-time", "part time"),
        ("socio sanitaria", "sociosanitario"),
    ],
)
def test_what_is_written_short_meets_what_is_typed_in_full(written, typed):
    assert text.stems(written) == text.stems(typed)


def test_a_word_knows_where_it_stands_in_the_original():
    written = "Cercasi Addetto/a (O.S.S.) all’Ospedale"
    found = {word.form: written[word.start : word.end] for word in text.words(written)}
    assert found["addetto"] == "Addetto/a"
    assert found["oss"] == "O.S.S."
    assert found["ospedale"] == "Ospedale"


def test_a_highlight_marks_every_form_of_the_word():
    pieces = text.highlight("Operaia <b>e</b> operai: OPERAIO/A!", set(text.stems("operaio")))
    assert [piece for piece, is_hit in pieces if is_hit] == ["Operaia", "operai", "OPERAIO/A"]
    assert ("".join(piece for piece, _ in pieces)) == "Operaia <b>e</b> operai: OPERAIO/A!"


def test_a_snippet_shows_the_place_where_most_words_stand():
    filler = "Azienda storica del lago con sede moderna e mensa interna. " * 5
    written = f"Magazzino. {filler}Si richiede patentino del muletto e uso del magazzino. {filler}"
    pieces = text.snippet(written, set(text.stems("magazzino muletto patentino")), width=120)
    assert {piece.lower() for piece, is_hit in pieces if is_hit} == {"magazzino", "muletto", "patentino"}
    assert pieces[0] == ("… ", False)
    assert pieces[-1] == ("…", False)


def test_a_snippet_without_hits_is_the_beginning():
    written = "parola " * 100
    pieces = text.snippet(written, {"saldator"}, width=50)
    shown = "".join(piece for piece, _ in pieces)
    assert written.startswith(shown.removesuffix("…"))
    assert len(shown) <= 51


def test_a_short_text_is_its_own_snippet():
    assert text.snippet("Saldatore esperto", {"saldator"}) == [("Saldatore", True), (" esperto", False)]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_survives_being_highlighted(written):
    wanted = set(text.stems(written)[::2])
    assert "".join(piece for piece, _ in text.highlight(written, wanted)) == written
    assert all(word.form and not word.form.isspace() for word in text.words(written))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("abòé '/.-*() \n"), max_size=300), st.integers(30, 120))
def test_a_snippet_is_a_piece_of_the_text(written, width):
    pieces = text.snippet(written, set(text.stems(written)[:3]), width)
    shown = "".join(piece for piece, _ in pieces)
    assert shown.removeprefix("… ").removesuffix("…") in written


def test_ten_kilobytes_of_one_word_are_one_short_word():
    assert [len(form) for form in text.forms("a" * 10_000)] == [text.LONGEST_WORD]
