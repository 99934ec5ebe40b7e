"""The child process that turns one HTML page on standard input into a tagged PDF (PDF/UA-1) on standard output.

A process of its own, because WeasyPrint takes two seconds and 60 MB to load, and because whatever a page makes it do ends
with it: its memory and its time are bounded, it reads the program's own style sheets and fonts and nothing else, and what
it makes is on no disk.
"""

import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S = 60
NO_LIBRARY, NO_MEMORY = 3, 4
"""How it ends when a library of the system is missing, or the page is too large."""

STATIC = (Path(__file__).parent.parent / "static").resolve()
SHEETS = ("css/fonts.css", "css/pdf.css")


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    page = sys.stdin.buffer.read().decode()
    try:
        weasyprint = import_module("weasyprint")
    except (ImportError, OSError) as fault:  # it looks for Pango and HarfBuzz when it is loaded
        print(fault, file=sys.stderr)
        return NO_LIBRARY
    try:
        sys.stdout.buffer.write(pdf_of(page, weasyprint))
    except MemoryError:
        return NO_MEMORY
    return 0


def pdf_of(page: str, weasyprint: Any) -> bytes:
    """The PDF of a page, whose addresses are relative to `node/static`."""
    fetcher = ours_alone(weasyprint.urls)
    fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    sheets = [weasyprint.CSS(filename=STATIC / name, url_fetcher=fetcher, font_config=fonts) for name in SHEETS]
    document = weasyprint.HTML(string=page, base_url=f"{STATIC.as_uri()}/", url_fetcher=fetcher)
    made: bytes = document.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1")
    return made


def ours_alone(urls: Any) -> Any:
    """A fetcher that reads files of `node/static`; asked for any other address it ends the whole work."""

    class OursAlone(urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            asked = urlsplit(url)
            path = Path(url2pathname(asked.path)).resolve()
            if asked.scheme != "file" or asked.netloc or not path.is_relative_to(STATIC):
                raise urls.FatalURLFetchingError(f"only files of node/static are read, not {url}")
            return super().fetch(url, headers)

    return OursAlone(allowed_protocols=["file"])


if __name__ == "__main__":
    sys.exit(main())
