"""What the gazetteer is measured beside, and how it grows with its rows.

Used by scripts/bench.py. Peers on the same names in the same run: SQLite's FTS5 with trigrams, PostgreSQL's
pg_trgm (Debian: postgresql), and comparing with every name. Where one is missing it is left out, with a word.
"""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_many import POSTGRES


def trigram_us(names, words):
    """Microseconds of each misspelt word in an index of trigrams; None where SQLite has none.

    The fifty best by any trigram in common, as its bm25 ranks them.
    """
    import sqlite3

    store = sqlite3.connect(":memory:")
    try:
        store.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize='trigram', detail='none')")
    except sqlite3.OperationalError:
        return None
    store.executemany("INSERT INTO names VALUES (?)", ((name,) for name in names))
    runs = []
    for word in words:
        grams = {word[n : n + 3] for n in range(len(word) - 2)}
        query = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
        began = time.perf_counter()
        store.execute("SELECT name FROM names WHERE names MATCH ? ORDER BY rank LIMIT 50", (query,)).fetchall()
        runs.append(1e6 * (time.perf_counter() - began))
    return runs


def pg_trgm_us(names, words):
    """Microseconds of each word in a GIN index of pg_trgm, the ten most similar; None without PostgreSQL.

    By the server's own clock (EXPLAIN ANALYZE), so that no client counts.
    """
    if not Path(f"{POSTGRES}/initdb").is_file():
        return None
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def run(*command, **more):
        return subprocess.run([*user, *command], check=True, capture_output=True, text=True, **more).stdout

    with tempfile.TemporaryDirectory() as folder:
        if user:
            shutil.chown(folder, "postgres")
        database = f"{folder}/db"
        psql = ["psql", "-h", folder, "-U", "bench", "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1"]
        run(f"{POSTGRES}/initdb", "-D", database, "-A", "trust", "-U", "bench", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c shared_buffers=512MB -c fsync=off"
        run(f"{POSTGRES}/pg_ctl", "-D", database, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            try:
                run(*psql, "-c", "CREATE EXTENSION pg_trgm")
            except subprocess.CalledProcessError:
                return None
            run(*psql, "-c", "CREATE TABLE names (name text)")
            rows = "".join(name.replace("\\", "\\\\") + "\n" for name in names)
            run(*psql, "-c", "COPY names FROM STDIN", input=rows)
            run(*psql, "-c", "CREATE INDEX ON names USING gin (name gin_trgm_ops)", "-c", "ANALYZE names")
            asked = "EXPLAIN (ANALYZE, TIMING OFF) SELECT name FROM names WHERE name % '{0}' ORDER BY similarity(name, '{0}') DESC LIMIT 10;"
            script = "\n".join(asked.format(word.replace("'", "''")) for word in words)
            told = run(*psql, input=script)
        finally:
            run(f"{POSTGRES}/pg_ctl", "-D", database, "-w", "-m", "immediate", "stop")
        return [1000 * float(ms) for ms in re.findall(r"Execution Time: ([\d.]+) ms", told)]


def peers(row, told, file, ours, quick):
    """Rows of the peers, each with how many times longer it takes than `ours` (misspelt, one error, median)."""
    names = told("names", file).splitlines()
    words = told("typos", file, "40" if quick else "200").splitlines()
    rows = []
    for name, measure in (("SQLite FTS5 trigram, 1 error", trigram_us), ("PostgreSQL pg_trgm, 1 error", pg_trgm_us)):
        try:
            runs = measure(names, words)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"gazetteer: {name}: {error}", file=sys.stderr)
            runs = None
        if not runs:
            print(f"gazetteer: no {name}: not on this machine", file=sys.stderr)
            continue
        rows.append(row(name, "us", runs, times_ours=round(statistics.median(runs) / ours, 1)))
    return rows


def process(row, program, file, quick):
    """A whole process that opens the file and answers, and what it holds for itself."""
    took = []
    for _ in range(3 if quick else 15):
        began = time.perf_counter()
        subprocess.run([program, "--gazetteer", file, "resolve", "--json", "Homs"], check=True, capture_output=True)
        took.append(1000 * (time.perf_counter() - began))
    rows = [row("process: open, first answer", "ms", took)]
    # One that waits for a report has opened the file; then it reads one.
    waiting = subprocess.Popen(
        [program, "--gazetteer", file, "read", "--format", "jsonl", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        private = None
        for _ in range(400):
            time.sleep(0.01)
            if f"{file}\n" in Path(f"/proc/{waiting.pid}/maps").read_text():
                time.sleep(0.3)
                private = Path(f"/proc/{waiting.pid}/smaps_rollup").read_text()
                break
    except OSError:
        private = None
    finally:
        waiting.kill()
        waiting.wait()
    if private:
        kb = sum(int(n) for n in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+) kB", private, re.M))
        mapped = int(re.search(r"^Rss:\s+(\d+) kB", private, re.M)[1])
        anonymous = int(re.search(r"^Anonymous:\s+(\d+) kB", private, re.M)[1])
        rows.append(row("process: private memory of its own", "MB", [anonymous / 1000], private_kb=kb, resident_kb=mapped))
    return rows


GROWTH = (1_000_000, 5_000_000, 13_000_000)


def growth(row, told, out, quick):
    """Made-up rows in the layout of GeoNames, more and more of them: a table of figures and a plot."""
    points = []
    rows = []
    for count in (10_000, 50_000) if quick else GROWTH:
        with tempfile.TemporaryDirectory() as folder:
            free = shutil.disk_usage(folder).free
            if free < count * 1_200:
                print(f"gazetteer-growth: {count:,} rows want more disk than the {free / 1e9:.0f} GB left", file=sys.stderr)
                break
            with open(f"{folder}/rows.txt", "w", encoding="utf-8") as file:
                file.write(told("synth", str(count)))
            built = told_json(told, "build", f"{folder}/made.gaz", f"{folder}/rows.txt")
            figures = told_json(told, "measure", f"{folder}/made.gaz")
            points.append((count, built, figures))
            names = built["names"]
            label = f"{count / 1e6:g} million rows"
            rows += [
                row(f"{label}: build", "s", [built["seconds"]], names=names, peak_kb=built["peak_kb"]),
                row(f"{label}: peak memory of the build", "MB", [(built["peak_kb"] or 0) / 1000]),
                row(f"{label}: file", "MB", [built["bytes"] / 1e6]),
            ]
            for name, kind in CURVES:
                rows.append(row(f"{label}: {name}", "us", [figures[kind]["p50_us"]], p99_us=figures[kind]["p99_us"]))
    if len(points) > 1:
        Path(out).write_text(plot(points), encoding="utf-8")
        print(f"gazetteer-growth: the plot is in {out}", file=sys.stderr)
    return rows


def told_json(told, *arguments):
    import json

    return json.loads(told(*arguments))


CURVES = (
    ("known name", "exact"),
    ("begins with 3 letters", "prefix3"),
    ("1 typing error", "typing_error_1"),
    ("2 typing errors", "typing_error_2"),
    ("resolve a name", "resolve_name"),
)
COLOURS = ("#1b6ca8", "#2a9d5c", "#c77700", "#b03060", "#6a4fa3")


def plot(points):
    """Rows against the median of each look-up, both in powers of ten, as SVG."""
    import math

    width, height, left, bottom, top, right = 720, 420, 70, 50, 20, 190
    xs = [math.log10(count) for count, *_ in points]
    values = [figures[kind]["p50_us"] for *_, figures in points for _, kind in CURVES]
    y0, y1 = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    x0, x1 = min(xs), max(xs)

    def x(value):
        return left + (value - x0) / ((x1 - x0) or 1) * (width - left - right)

    def y(value):
        return height - bottom - (math.log10(value) - y0) / ((y1 - y0) or 1) * (height - bottom - top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        "<title>Median time of a look-up by the number of rows</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for power in range(y0, y1 + 1):
        at = y(10.0**power)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} µs</text>')
    for (count, *_), value in zip(points, xs):
        parts.append(f'<text x="{x(value):.1f}" y="{height - bottom + 20}" text-anchor="middle">{count / 1e6:g} M rows</text>')
    for (name, kind), colour in zip(CURVES, COLOURS):
        line = [(x(value), y(figures[kind]["p50_us"])) for value, (*_, figures) in zip(xs, points)]
        told = " ".join(f"{a:.1f},{b:.1f}" for a, b in line)
        parts.append(f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in line]
        parts.append(f'<text x="{line[-1][0] + 10:.1f}" y="{line[-1][1] + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
