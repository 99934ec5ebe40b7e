"""Why a citizen reports a notice, and what its desk did about it.

Reasons are few and in everyday words: whoever reports does it once in a lifetime, on a phone. Neither list travels in
records: a report stays between the citizen and the desk that published the notice.
"""

from schemas.codes.codelist import CodeList

REPORT_REASONS = CodeList(
    "report_reasons",
    {
        "occupata": ("Il posto non c'è più, o nessuno risponde", "The job is gone, or nobody answers"),
        "sbagliata": ("Qualcosa è sbagliato: luogo, paga, orario, contatti", "A detail is wrong: place, pay, hours, contacts"),
        "discrimina": ("Esclude qualcuno per età, sesso, origine o altro", "It shuts people out by age, sex, origin or the like"),
        "denaro": ("Chiedono soldi, o dati che non servono", "They ask for money, or for data they do not need"),
        "finta": ("Sembra finta o ingannevole", "It looks fake or misleading"),
        "altro": ("Altro", "Something else"),
    },
)  # fmt: skip

REPORT_OUTCOMES = CodeList(
    "report_outcomes",
    {
        "corretta": ("Offerta corretta", "Vacancy put right"),
        "chiusa": ("Offerta chiusa", "Vacancy closed"),
        "in-regola": ("Era tutto in regola", "Everything was in order"),
    },
)
