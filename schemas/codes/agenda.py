"""Codes of the desk's agenda: why people come, on which days it is open, how an appointment ended."""

from schemas.codes.codelist import CodeList

PURPOSES = CodeList(
    "visit-purposes",
    {
        "lavoro": ("Cerca lavoro", "Looks for work"),
        "offerta": ("Un’offerta vista qui", "A vacancy seen here"),
        "curriculum": ("Curriculum", "CV"),
        "corsi": ("Corsi e tirocini", "Courses and internships"),
        "documenti": ("Documenti e pratiche", "Papers and procedures"),
        "azienda": ("Per conto di un’azienda", "On behalf of an employer"),
        "altro": ("Altro", "Something else"),
    },
)

WEEKDAYS = CodeList(
    "weekdays",
    {
        "0": ("lunedì", "Monday"),
        "1": ("martedì", "Tuesday"),
        "2": ("mercoledì", "Wednesday"),
        "3": ("giovedì", "Thursday"),
        "4": ("venerdì", "Friday"),
        "5": ("sabato", "Saturday"),
        "6": ("domenica", "Sunday"),
    },
)
"""As `date.weekday()` counts them."""

REQUESTED, BOOKED, KEPT, MISSED, MOVED, CANCELLED = "requested", "booked", "kept", "missed", "moved", "cancelled"

APPOINTMENT_STATES = CodeList(
    "appointment-states",
    {
        REQUESTED: ("da confermare", "to be confirmed"),
        BOOKED: ("fissato", "booked"),
        KEPT: ("è venuto", "came"),
        MISSED: ("non è venuto", "did not come"),
        MOVED: ("spostato", "moved"),
        CANCELLED: ("disdetto", "cancelled"),
    },
)
