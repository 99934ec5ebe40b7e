"""A CV is a tagged PDF drawn from the record; the blind one says nothing of who she is."""

import subprocess
import sys
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from node.core import pdf, pdf_maker
from node.core.audit import Deed
from node.core.db import transaction
from node.core.i18n import in_language
from node.cvs.writing import blind_cv, named_cv

TYPED = {
    "family_name": "Zanzibarrini",
    "given_name": "Quartilla",
    "phone": "0332 987654",
    "email": "qzx@example.it",
    "reach": "suona al bar Xyrem",
    "sex": "F",
    "born_on": "1987-04-19",
    "birthplace": "Tirana",
    "residence": "Gavirate",
    "address": "via Xyloteca 17",
    "permit": "lavoro",
    "situation": "disoccupato",
    "reserved": "art-18",
    "notes": "porta un ombrello verdissimo",
    "trades": ["commessa"],
    "education": "4",
    "education_title": "Diploma al liceo Wolframio",
    "experiences": [{"trade": "cassiera", "years": "2,5", "until": "2021"}],
    "languages": [{"code": "en", "level": "B1"}],
    "licences": ["B"],
    "excluded_employers": ["Supermercati Ypsilon"],
    "hours": "part-time",
    "weekends": "true",
}
NEVER = ("ombrello", "Xyloteca", "1987", "Tirana", "Ypsilon", "Xyrem", "68/99", "art. 18", "Permesso", "disoccup")
IDENTITY = ("Zanzibarrini", "Quartilla", "987654", "qzx@", "Wolframio", "commessa", "cassiera", "2021")


@pytest.fixture
def quartilla(desk, taken_in):
    with transaction(desk) as session:
        return taken_in(session, **TYPED).ref


def read(answer):
    """(the reader, the text of all pages, every byte of every object as text)."""
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(BytesIO(answer.data))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def inside(reader):
    """All that the file holds, compressed or not: bookmarks, tags and metadata too."""
    found = []
    for number in range(1, reader.trailer["/Size"]):
        each = reader.get_object(number)
        found.append(repr(each) + (each.get_data().decode("latin-1") if hasattr(each, "get_data") else ""))
    return "".join(found)


def test_a_cv_is_tagged_and_says_its_title_and_language(client, desk, quartilla):
    reader, text = read(client.get(f"/desk/persone/{quartilla}/cv/it"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "it"
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "Curriculum: Quartilla Zanzibarrini"
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data() or b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    for told in ("0332 987654", "qzx@example.it", "Gavirate", "commessa", "Cassiera", "Inglese B1", "Wolframio"):
        assert told in text
    assert not any(told in text for told in NEVER)
    with desk.reading() as session:
        deed = session.scalars(select(Deed).where(Deed.verb == "cv.made")).one()
    assert (deed.ref, deed.facts) == (quartilla, {"language": "it"})


def test_a_blind_english_cv_holds_nothing_of_who_she_is(client, desk, quartilla):
    answer = client.get(f"/desk/persone/{quartilla}/cv/senza-nome-en")
    reader, text = read(answer)
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == "CV without a name"
    for told in ("Gavirate", "English B1", "2.5 years"):
        assert told in text
    assert not {"she", "her", "he", "his", "him"} & set(text.lower().split())
    whole = inside(reader) + text + str(answer.headers)
    assert not any(told.lower() in whole.lower() for told in (*NEVER, *IDENTITY, quartilla))


def test_each_of_the_four_is_drawn_from_the_record_in_its_language(app, desk, quartilla, taken_in):
    with app.test_request_context(), transaction(desk) as session:
        candidate = taken_in(session, **TYPED | {"family_name": "Altra", "tax_code": None})
        with in_language("en"):
            english = named_cv(candidate, "en")
            assert "English B1" in dict(english.sections)["Languages"]
            assert english.trades[0].endswith("(commessa)")
        italian, blind = named_cv(candidate, "it"), blind_cv(candidate, "it")
    assert italian.trades == ["commessa"]
    assert dict(italian.sections)["Esperienze"] == ["Cassiera · 2,5 anni · fino al 2021"]
    assert (blind.name, blind.contacts) == ("", [])
    told = repr(blind)
    assert not any(each in told for each in (*NEVER, *IDENTITY))


def test_the_record_offers_all_four_and_only_those(client, quartilla):
    page = client.get(f"/desk/persone/{quartilla}").text
    for kind in ("it", "en", "senza-nome-it", "senza-nome-en"):
        assert f"/desk/persone/{quartilla}/cv/{kind}" in page
    assert client.get(f"/desk/persone/{quartilla}/cv/fr").status_code == 404
    assert client.get("/desk/persone/nobody/cv/it").status_code == 404


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "../../setup.cfg", "//elsewhere.example/x.png"]
)
def test_a_page_that_asks_for_anything_else_is_not_made(address):
    class Urls:
        """What `ours_alone` needs of `weasyprint.urls`."""

        FatalURLFetchingError = RuntimeError

        class URLFetcher:
            def __init__(self, **options):
                pass

    asked = address if "//" in address else f"{pdf_maker.STATIC.as_uri()}/{address}"
    with pytest.raises(RuntimeError, match=r"only files of node/static"):
        pdf_maker.ours_alone(Urls).fetch(asked)


@pytest.mark.parametrize(("ended", "told"), [(3, "libpango-1.0-0"), (4, "troppo grande"), (-9, "troppo grande")])
def test_what_is_missing_is_said_instead_of_an_error(client, quartilla, tmp_path, monkeypatch, ended, told):
    """The child is a real process, one that ends as ours does without the library, or without memory."""
    child = tmp_path / "child"
    ending = f"kill {ended} $$" if ended < 0 else f"exit {ended}"
    child.write_text(f"#!/bin/sh\ncat > /dev/null\n{ending}\n")
    child.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(child))
    answer = client.get(f"/desk/persone/{quartilla}/cv/it")
    assert answer.status_code == 503
    assert told in answer.text


def test_a_child_that_takes_too_long_is_ended(client, quartilla, tmp_path, monkeypatch):
    child = tmp_path / "child"
    child.write_text("#!/bin/sh\nexec sleep 600\n")
    child.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(child))
    monkeypatch.setattr(pdf, "WAIT_S", 0.2)
    answer = client.get(f"/desk/persone/{quartilla}/cv/it")
    assert answer.status_code == 503
    assert "troppo grande" in answer.text


def test_without_its_library_the_child_says_which(tmp_path):
    """A WeasyPrint that finds no Pango fails like this one when it is loaded."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from node.core import pdf_maker; sys.exit(pdf_maker.main())"
    done = subprocess.run([sys.executable, "-c", program], input=b"<p>", capture_output=True, check=False)
    assert done.returncode == pdf_maker.NO_LIBRARY
    assert b"libpango" in done.stderr
