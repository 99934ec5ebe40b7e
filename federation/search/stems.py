"""One stem for all the forms in which people write a trade.

The Italian stemmers that search engines carry were made for prose: they split operaio from operai, infermiere from
infermieri, saldatore from saldatrice, and a citizen who types one form does not find the notice that uses the other.
Trades differ in gender and number, which is the last vowel or two and the endings -tore/-trice and -oressa, so only
those are removed. What a light rule would join wrongly (banco and banca, stampi and stampa) stands in a table.
"""

SHORTEST = 5  # below this the last vowel carries the meaning: casa and caso, oro and ora

# -trici is the plural of -trice, except in these adjectives in -trico: elettrici, psichiatrici, pediatrici.
_ADJECTIVES = ("elettrici", "chiatrici", "geriatrici", "pediatrici", "toiatrici", "foniatrici")
_AGENTS = ("atrici", "itrici", "utrici", "ttrici")
_ESSA = ("oressa", "oresse", "entessa", "entesse")

# Feminine nouns that mean another thing than the masculine noun with the same root: the word itself is their stem.
_APART = {
    "banca": "banche", "bolla": "bolle", "busta": "buste", "colla": "colle", "corsa": "corse", "costa": "coste",
    "foglia": "foglie", "messa": "messe", "mostra": "mostre", "pasta": "paste", "pianta": "piante", "porta": "porte",
    "posta": "poste", "punta": "punte", "scala": "scale", "stampa": "stampe", "suola": "suole", "tassa": "tasse",
    "testa": "teste", "torta": "torte",
}  # fmt: skip

# Short plurals, agents too short for the rule, spellings that live side by side.
_IRREGULAR = {
    "aree": "area", "auti": "auto", "capi": "capo", "case": "casa", "mani": "mano", "moto": "moto", "navi": "nave",
    "reti": "rete", "vini": "vino", "uomini": "uomo", "attrice": "attor", "attrici": "attor", "autrice": "autor",
    "autrici": "autor", "pasticcere": "pasticcier", "pasticcera": "pasticcier", "pasticceri": "pasticcier",
    "operatoria": "operatori", "operatorio": "operatori", "operatorie": "operatori",
}  # fmt: skip

_KNOWN = _IRREGULAR | {form: word for word, plural in _APART.items() for form in (word, plural)}


def stem(word: str) -> str:
    """The stem of a word in lower case without accents; words shorter than `SHORTEST` are their own stem."""
    known = _KNOWN.get(word)
    if known:
        return known
    if len(word) < SHORTEST:
        return word
    if len(word) > 7 and (word.endswith("trice") or (word.endswith(_AGENTS) and not word.endswith(_ADJECTIVES))):
        return word[:-5] + "tor"
    if len(word) > 8 and word.endswith(_ESSA):
        return word[:-4]
    if word[-1] not in "aeio":
        return word
    if word[-2] == "i" or (word[-2] == "h" and word[-1] in "ei"):
        return word[:-2]
    return word[:-1]
