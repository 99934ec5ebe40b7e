import pytest

from schemas.passwords import fault, is_guessable

OWN = ("maria.rossi", "Maria Rossi", "Comune di Gavirate", "Le città del lavoro", "sportello")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password123456789!",
        "P4ssw0rdP4ssw0rd1",
        "123456789012345",
        "987654321098765",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaa",
        "ab1ab1ab1ab1ab1ab1",
        "Gavirate-Gavirate-2026",
        "maria.rossi.gavirate",
        "sportello-demo-123",
        "LeCittàDelLavoro2026",
        "JuventusJuventus1897",
        "amore-mio-tesoro-99",
    ],
)
def test_what_everybody_tries_first_is_refused_however_long(password):
    assert is_guessable(password, OWN)
    assert "prime che si provano" in str(fault(password, has_factor=False, own_words=OWN))


@pytest.mark.parametrize(
    "password",
    [
        "quattro parole a caso",
        "un’altra frase lunga",
        "correct horse battery staple",
        "k7fm-q2xw-94hb-tz6p",
        "il nonno pescava lucci a Gavirate",
        "ζεστός καφές κάθε πρωί",
    ],
)
def test_words_by_chance_need_neither_digits_nor_capitals(password):
    assert fault(password, has_factor=False, own_words=OWN) is None


def test_fifteen_characters_alone_and_eight_with_a_second_factor():
    assert "almeno 15" in str(fault("tubo lucci nev", has_factor=False))
    assert fault("tubo lucci neve", has_factor=False) is None
    assert "almeno 8" in str(fault("lucci n", has_factor=True))
    assert fault("lucci nev", has_factor=True) is None
    assert "prime che si provano" in str(fault("gavirate", has_factor=True, own_words=OWN))


def test_length_is_that_of_the_normal_form():
    assert "almeno 15" in str(fault("e\u0300" * 14, has_factor=False)), "a letter and its accent are one character"
