#!/usr/bin/env python3
"""Writes the accuracy of this version into the pages that carry it.

    scripts/figures.py            measure and write
    scripts/figures.py --check    measure nothing; exit status 1 when a page lacks its marks

The table is what `placetime score` prints on the public corpora in SHARED_DIR (default ../shared), with a gazetteer built
from the open data there; it stands between the marks `figures:begin` and `figures:end` and is never written by hand.
"""

import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "BENCHMARKS.md", "docs/accuracy.md")
BEGIN, END = "<!-- figures:begin (make figures) -->", "<!-- figures:end -->"
DATA = ("geonames", "geonames-format", "natural-earth", "ocha", "opensyria", "reference", "wof-places", "wof-admin")
UCDP = ("ucdp-places", "ucdp-descriptions", "ucdp-variants")
CORPORA = (
    "geoparsing/lgl.dev.jsonl",
    "geoparsing/trnews.dev.jsonl",
    "geoparsing/geovirus.dev.jsonl",
    "geoparsing/gwn.dev.jsonl",
    "dates/meantime_dev.jsonl",
)


def parts(page):
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        sys.exit(f"{page.name}: the marks {BEGIN} and {END} have to stand there once each")
    before, rest = text.split(BEGIN)
    return before, rest.split(END)[1]


def main():
    pages = [TOP / name for name in PAGES]
    for page in pages:
        parts(page)
    if "--check" in sys.argv:
        return
    shared = Path(os.environ.get("SHARED_DIR", TOP / "../shared")).resolve()
    if not shared.is_dir():
        sys.exit("there is no folder of shared data (SHARED_DIR): the figures stay as they are")
    target = Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target"))
    program = target / "release/placetime"
    gazetteer = target / "bench/world.gaz"
    gazetteer.parent.mkdir(parents=True, exist_ok=True)
    data = [str(shared / "gazetteer-data" / name) for name in DATA]
    subprocess.run([program, "gazetteer", "build", "-o", gazetteer, *data], check=True, stderr=subprocess.DEVNULL)
    gold = [str(shared / "benchmarks" / name) for name in CORPORA]
    asked = [program, "--gazetteer", gazetteer, "score", "--format", "markdown", *gold]
    table = subprocess.run(asked, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    # Places of UCDP, told exactly or nearly, by kind of phrase.
    told = ["--given", "--by", "kind", "--where", "where_prec=1,2"]
    ucdp = [str(shared / f"benchmarks/geoparsing/{name}.dev.jsonl") for name in UCDP]
    asked = [program, "--gazetteer", gazetteer, "score", "--format", "markdown", *told, *ucdp]
    given = subprocess.run(asked, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    for page in pages:
        before, after = parts(page)
        # The README has the short table.
        text = table if page.name == "README.md" else f"{table.strip()}\n\n{given}"
        page.write_text(f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}", encoding="utf-8")
        print(f"{page.name}: written")
    print(table, given, sep="\n")


if __name__ == "__main__":
    main()
