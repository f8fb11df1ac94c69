#!/usr/bin/env python3
"""Gazetteers of single countries and of the world, from a folder of downloads, into target/packs.

    scripts/packs.py FOLDER [COUNTRY...]

Each is built by `placetime gazetteer build` from everything in the folder (what cannot be read as it is, or is under a
share-alike licence, is named and left out), carries its credits inside and has its line in SHA256SUMS. Without countries
those with the most places are made. The table is printed, and written into BENCHMARKS.md between its marks.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target"))
PACKS = TARGET / "packs"
PROGRAM = TARGET / "release/placetime"
USUAL = 8
"""Countries made when none is named."""
BEGIN, END = "<!-- packs:begin (make packs) -->", "<!-- packs:end -->"


def built(name, folder, countries):
    path = PACKS / f"{name}.gaz"
    chosen = [part for country in countries for part in ("--country", country)]
    began = time.perf_counter()
    told = subprocess.run([PROGRAM, "gazetteer", "build", "-o", path, *chosen, folder], capture_output=True, text=True)
    if not path.exists() or "places with" not in told.stderr:
        sys.exit(f"{name}: {told.stderr[-2000:]}")
    seconds = time.perf_counter() - began
    asked = [PROGRAM, "--gazetteer", path, "gazetteer", "info", "--json"]
    return path, json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout), seconds


def main():
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("make packs DATA=folder: the folder holds downloads of GeoNames, Who's On First and others")
    folder, countries = sys.argv[1], [it.upper() for it in sys.argv[2:]]
    PACKS.mkdir(parents=True, exist_ok=True)
    world = built("world", folder, [])
    if not countries:
        counts = sorted(world[1]["by_country"].items(), key=lambda it: -it[1])
        countries = [code for code, _ in counts if code != "none"][:USUAL]
    made = [("world", world), *((country, built(country, folder, [country])) for country in countries)]
    rows = ["| pack | places | names | MB | built in | credits inside |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    sums = []
    for name, (path, info, seconds) in made:
        credits = ", ".join(sorted({it["source"] for it in info["credits"]}))
        size = path.stat().st_size / 1e6
        rows.append(f"| {name} | {info['places']} | {info['names']} | {size:.1f} | {seconds:.1f} s | {credits} |")
        sums.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (PACKS / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    table = "\n".join(rows)
    print(table)
    page = TOP / "BENCHMARKS.md"
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) == 1 and text.count(END) == 1:
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
