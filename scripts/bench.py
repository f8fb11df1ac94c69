#!/usr/bin/env python3
"""Whole-process benchmarks of the release program. Python 3, standard library only.

    cargo build --release --locked && python3 scripts/bench.py [--quick] [NAME...]

NAME is one of startup, read, add, serve, tables, gazetteer, gazetteer-growth, many, million-rows, million; without
one all but the millions and the growth run. Each measurement is repeated and the
median is given; beside it stands a peer measured in the same run, because ratios hold on a busy or
slow machine and absolute figures do not. A table on the screen, the figures as JSON in
target/bench/NAME.json.
"""
import argparse
import http.client
import json
import os
import platform
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_gazetteer
import bench_many

TOP = Path(__file__).resolve().parent.parent
TARGET = TOP / os.environ.get("CARGO_TARGET_DIR", "target")
PROGRAM = TARGET / "release" / "placetime"
OUT = TARGET / "bench"

ANSWER_S_MAX = 180
"""Nothing measured here should keep us waiting longer for one answer; a million incidents are read first."""


ONLY_NAMED = ("million", "gazetteer-growth")
"""Those that take many minutes and gigabytes of disk."""


class Failed(Exception):
    """The program did not do what is to be measured."""


def main():
    names = {
        "startup": startup, "read": read, "add": add, "serve": serve, "tables": tables, "gazetteer": gazetteer,
        "gazetteer-growth": gazetteer_growth,
        "many": serve_many, "million-rows": million, "million": serve_million,
    }
    parser = argparse.ArgumentParser(description="Whole-process benchmarks of the release program.")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; not for figures to keep")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in names]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(names)}")
    if not PROGRAM.is_file():
        sys.exit("bench: no release program; run: cargo build --release --locked")
    OUT.mkdir(parents=True, exist_ok=True)

    failed = 0
    print(f"{'measurement':<44} {'median':>12} {'unit':<12} {'spread':<24} ratio to its peer")
    for name in options.names or [name for name in names if name not in ONLY_NAMED]:
        load = os.getloadavg()[0]
        try:
            rows = names[name](options.quick)
        except (Failed, OSError, RuntimeError, subprocess.CalledProcessError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
            continue
        for row in rows:
            print(shown(row), flush=True)
        result = {
            "benchmark": name,
            "command": f"python3 scripts/bench.py {name}",
            "quick": options.quick,
            "machine": {
                "cpus": os.cpu_count(),
                "architecture": platform.machine(),
                "system": platform.system(),
                "load_before": round(load, 2),
            },
            "rows": rows,
        }
        (OUT / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
    if failed:
        sys.exit(1)


def row(name, unit, runs, peer=None, **more):
    """One measurement; with a peer, the median of the ratios run by run."""
    it = {"name": name, "unit": unit, "median": statistics.median(runs), "runs": runs, **more}
    ratios = [a / b for a, b in zip(runs, peer["runs"]) if b] if peer else []
    if ratios:
        it["peer"] = peer["name"]
        it["ratio"] = statistics.median(ratios)
    return it


def shown(it):
    spread = f"{short(min(it['runs']))} to {short(max(it['runs']))}"
    ratio = f"{it['ratio']:.2f} x {it['peer']}" if "ratio" in it else ""
    return f"{it['name']:<44} {short(it['median']):>12} {it['unit']:<12} {spread:<24} {ratio}".rstrip()


def short(figure):
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


# The measurements


def startup(quick):
    """From the start of the process to its end: a first answer, beside a process that says its version."""
    runs = {"version": [], "resolve": []}
    for _ in range(10 if quick else 41):
        runs["version"].append(1000 * timed(["--version"])[0])
        took, out = timed(["resolve", "--json", "al-Tanf"])
        runs["resolve"].append(1000 * took)
        if not json.loads(out):
            raise Failed("resolve al-Tanf found nothing")
    version = row("process: placetime --version", "ms", runs["version"])
    return [version, row("start to first answer: resolve al-Tanf", "ms", runs["resolve"], version)]


def read(quick):
    """Many reports in one process, reading and merging; the rate includes the start.

    The reports are the samples over and over under new ids, so each incident gathers many accounts.
    """
    texts = samples()
    rows = []
    for copies in (1, 8) if quick else (1, 8, 64):
        reports = [dict(it, id=f"{copy}-{it['id']}") for copy in range(copies) for it in texts]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            file.writelines(json.dumps(it, ensure_ascii=False) + "\n" for it in reports)
            file.flush()
            command = ["read", "--format", "jsonl", file.name]
            _, out = timed(command)
            incidents = len(out.splitlines())
            if incidents == 0:
                raise Failed("read found no incident in the samples")
            runs = [len(reports) / timed(command)[0] for _ in range(3 if quick else 7)]
            kilobytes = os.path.getsize(file.name) / 1000
        name = f"read: {len(reports)} reports in one call"
        rows.append(
            row(name, "reports/s", runs, rows[0] if rows else None, reports=len(reports), kilobytes=kilobytes, incidents=incidents)
        )
    return rows


def add(quick):
    """The samples into a new store, then the same again, which changes nothing."""
    files = sample_files()
    runs = {"new": [], "again": []}
    for _ in range(3 if quick else 11):
        with tempfile.TemporaryDirectory() as folder:
            for which in runs:
                took, _ = timed(["--data", f"{folder}/data", "add", *files])
                runs[which].append(len(files) / took)
    new = row(f"add: {len(files)} reports, new", "reports/s", runs["new"])
    return [new, row(f"add: {len(files)} reports, again", "reports/s", runs["again"], new)]


def serve(quick):
    """Requests a second over one kept-alive connection from one client thread, /healthz as the peer."""
    seconds, rounds = (0.5, 3) if quick else (2.0, 7)
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        timed(["--data", data, "add", *sample_files()])
        with Server(data) as server:
            tag = server.header("/incidents.geojson", "ETag")
            count = len(json.loads(server.body("/incidents.geojson"))["features"])
            if count == 0:
                raise Failed("/incidents.geojson holds no feature")
            routes = {
                "GET /healthz": ("/healthz", {}, 200),
                "GET /incidents.geojson": ("/incidents.geojson", {}, 200),
                "GET /incidents.geojson, gzip": ("/incidents.geojson", {"Accept-Encoding": "gzip"}, 200),
            }
            if tag:
                routes["GET /incidents.geojson, 304"] = ("/incidents.geojson", {"If-None-Match": tag}, 304)
            rate = {name: [] for name in routes}
            cpu = {name: [] for name in routes}
            size = {}
            for _ in range(rounds):
                for name, (path, headers, status) in routes.items():
                    requests, took, cpu_s, size[name] = server.asked(path, headers, status, seconds)
                    rate[name].append(requests / took)
                    if cpu_s is not None:
                        cpu[name].append(1e6 * cpu_s / requests)
            first_ms = 1000 * server.ready_s
    peers = [None, None]
    rows = [row("serve: start to first answer", "ms", [first_ms])]
    for name in routes:
        by_rate = row(name, "requests/s", rate[name], peers[0], response_bytes=size[name], features=count)
        peers[0] = peers[0] or by_rate
        rows.append(by_rate)
        if cpu[name]:
            by_cpu = row(f"{name}, server CPU", "us/request", cpu[name], peers[1])
            peers[1] = peers[1] or by_cpu
            rows.append(by_cpu)
    if not tag:
        print("serve: /incidents.geojson has no ETag, so no 304 was measured", file=sys.stderr)
    return rows


def tables(quick):
    """A table of made-up UCDP-like rows in, and out again in every format; ogr2ogr as the peer."""
    return table_of(10_000 if quick else 100_000, 1 if quick else 3, EXPORTS)


def million(quick):
    """The same with a million rows, for memory; minutes, so only when named."""
    return table_of(100_000 if quick else 1_000_000, 1, ["geojson", "gpkg"])


EXPORTS = ["geojson", "geojsonl", "csv", "xlsx", "kml", "gpkg", "fgb", "parquet"]


def table_of(count, rounds, formats):
    with tempfile.TemporaryDirectory() as folder:
        table = f"{folder}/ged.csv"
        ucdp_like(table, count)
        took = {"new": [], "again": []}
        for n in range(rounds):
            data = f"{folder}/data{n}"
            for which in took:
                usage, out = measured(["--data", data, "import", table])
                took[which].append(usage)
                if which == "new" and f"{count} rows, {count} new incidents" not in out:
                    raise Failed(f"import: {out}")
        label = f"{count // 1000}k"
        new = row(f"import: {label} UCDP-like rows, new", "s", [u["wall_s"] for u in took["new"]])
        rows = [
            new,
            row("the same, CPU", "s", [u["cpu_s"] for u in took["new"]]),
            row("the same, peak memory", "MB", [u["peak_mb"] for u in took["new"]]),
            row(f"import: {label} rows, again", "s", [u["wall_s"] for u in took["again"]], new),
        ]
        # The peer gets the same rows in one layer: points, areas, and rows without geometry.
        whole, gpkg = f"{folder}/whole.geojson", f"{folder}/peer.gpkg"
        timed(["--data", f"{folder}/data0", "export", "-o", whole])
        peer = None
        try:
            usage_of(["ogr2ogr", "-f", "GPKG", gpkg, whole, "-nln", "incidents", "-nlt", "GEOMETRY"])
            Path(whole).unlink()
            runs = []
            for _ in range(rounds):
                out = f"{folder}/peer.geojson"
                Path(out).unlink(missing_ok=True)
                command = ["ogr2ogr", "-f", "GeoJSON", out, gpkg, "incidents"]
                runs.append(usage_of(command)[0])
            peer = row("ogr2ogr: GeoPackage of the same rows to GeoJSON", "s", [u["wall_s"] for u in runs])
            rows += [peer, row("the same, CPU", "s", [u["cpu_s"] for u in runs])]
        except FileNotFoundError:
            print("tables: no ogr2ogr (Debian package gdal-bin), so no peer", file=sys.stderr)
        for ending in formats:
            out = f"{folder}/out.{ending}"
            runs = [measured(["--data", f"{folder}/data0", "export", "-o", out])[0] for _ in range(rounds)]
            beside = peer if ending == "geojson" else None
            rows.append(row(f"export: {label} incidents, {ending}", "s", [u["wall_s"] for u in runs], beside, bytes=os.path.getsize(out)))
            rows.append(row("the same, peak memory", "MB", [u["peak_mb"] for u in runs]))
            Path(out).unlink()
        return rows


def ucdp_like(path, count):
    """Rows in UCDP's columns, made up from a fixed seed: 33 years, many places, every grade of precision."""
    draw = random.Random(20260101)
    header = (
        "id,relid,year,active_year,code_status,type_of_violence,conflict_name,dyad_name,side_a,side_b,number_of_sources,"
        "source_article,source_office,source_date,source_headline,where_prec,where_coordinates,where_description,adm_1,adm_2,"
        "latitude,longitude,geom_wkt,country,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,"
        "deaths_civilians,deaths_unknown,best,high,low"
    )
    countries = [("Syria", 33, 36.5, 35, 41), ("Nigeria", 5, 3.5, 13, 13.5), ("Ukraine", 46, 24, 51, 38), ("Mali", 12, -8, 20, 2),
                 ("Afghanistan", 30, 62, 37, 70), ("Colombia", 1, -77, 8, -69), ("Somalia", 0.5, 42, 10, 49), ("Myanmar", 17, 94, 26, 99)]
    sides = ["Government", "Northern Front", "Army of the South", "Free Brigades", "River Movement", "IS"]
    with open(path, "w", encoding="utf-8") as file:
        file.write(header + "\n")
        for n in range(count):
            country, south, west, north, east = draw.choice(countries)
            lat, lon = round(draw.uniform(south, north), 6), round(draw.uniform(west, east), 6)
            day = (draw.randint(1, 28), draw.randint(1, 12), draw.randint(1990, 2022))
            date = f"{day[2]}-{day[1]:02}-{day[0]:02} 00:00:00.000"
            low = draw.randint(0, 20)
            best, high = low + draw.randint(0, 5), low + draw.randint(5, 30)
            where, grade = draw.choices([1, 2, 3, 4, 5, 6], [50, 20, 12, 10, 4, 4])[0], draw.choices([1, 2, 3, 4, 5], [80, 8, 4, 6, 2])[0]
            a, b = draw.sample(sides, 2)
            file.write(
                f'{n + 1},{country[:3].upper()}-{day[2]}-{n},{day[2]},1,Clear,{draw.choice([1, 1, 1, 2, 3])},{country}: Government,'
                f'{a} - {b},{a},{b},{draw.randint(1, 5)},"""Agency, {day[0]}/{day[1]}, Fighting near village {n % 9973}""",Agency,{date},'
                f'Fighting near village {n % 9973},{where},Village {n % 9973},"Village {n % 9973}, some km from the town {n % 97}",'
                f"Province {n % 17},District {n % 131},{lat},{lon},POINT ({lon} {lat}),{country},Region,1,{grade},{date},{date},"
                f"{low},{0},{best - low},0,{best},{high},{low}\n"
            )
def serve_many(quick):
    """200,000 incidents, loaded by wrk."""
    return bench_many.measured(row, Server, timed, 20_000 if quick else 200_000, quick)


def serve_million(quick):
    """The same with a million; the store takes some gigabytes of disk while it runs."""
    return bench_many.measured(row, Server, timed, 1_000_000, quick)
def gazetteer(quick):
    """A gazetteer of made-up rows in the layout of GeoNames: building, look-ups, misspelt names.

    Beside the misspelt names stand SQLite's FTS5 and PostgreSQL's pg_trgm on the same names, and a
    comparison with every name, which also says whether one was missed. PLACETIME_BENCH_GAZETTEER names a built
    file to be measured instead of the made-up rows; PLACETIME_BENCH_ROWS how many rows are made.
    """
    told = speed_told()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        given = os.environ.get("PLACETIME_BENCH_GAZETTEER")
        file = given or f"{folder}/made.gaz"
        if not given:
            count = os.environ.get("PLACETIME_BENCH_ROWS") or ("50000" if quick else "1000000")
            Path(f"{folder}/rows.txt").write_text(told("synth", count))
            built = json.loads(told("build", file, f"{folder}/rows.txt"))
            per_million = 1e6 / built["names"]
            size = {"places": built["places"], "names": built["names"], "bytes": built["bytes"], "peak_kb": built["peak_kb"]}
            rows.append(row(f"build: {built['names']:,} names", "s/million", [built["seconds"] * per_million], **size))
            rows.append(row("built file", "MB/million", [built["bytes"] / 1e6 * per_million]))
        text = f"{folder}/text.txt"
        Path(text).write_text("\n\n".join(it["text"] for it in samples()) * (5 if quick else 40), encoding="utf-8")
        runs = [json.loads(told("measure", file, text)) for _ in range(1 if quick else 3)]
        for name, kind in (
            ("look-up of a known name", "exact"),
            ("ten names that begin with 2 letters", "prefix2"),
            ("ten names that begin with 3 letters", "prefix3"),
            ("search box, 4 letters", "search_box"),
            ("misspelt, 1 error", "typing_error_1"),
            ("misspelt, 2 errors", "typing_error_2"),
            ("resolve: a name", "resolve_name"),
            ("resolve: 70 km northeast of a name", "resolve_phrase"),
        ):
            median = row(name, "us", [run[kind]["p50_us"] for run in runs])
            rows += [median, row(f"{name}, 99 in 100", "us", [run[kind]["p99_us"] for run in runs])]
        for name, kind in (
            ("comparing with every name, 2 errors", "every_name_2"),
        ):
            if kind in runs[0]:
                missed = sum(run[kind]["missed"] for run in runs)
                rows.append(row(name, "us", [run[kind]["p50_us"] for run in runs], missed=missed))
                if missed:
                    raise Failed(f"misspelt names missed: {missed}")
        for name, kind in (
            ("names in running text, the list alone", "names_mb_s"),
            ("names in running text, with the grammar", "expressions_mb_s"),
            ("names in running text, resolved", "resolved_mb_s"),
        ):
            rows.append(row(name, "MB/s of CPU time", [run[kind] for run in runs]))
        rows.append(row("opening the file", "ms", [run["open_ms"] for run in runs]))
        ours = statistics.median(run["typing_error_1"]["p50_us"] for run in runs)
        rows += bench_gazetteer.peers(row, told, file, ours, quick)
        rows += bench_gazetteer.process(row, PROGRAM, file, quick)
    return rows


def gazetteer_growth(quick):
    """The same made-up rows, from one million to thirteen: build, size and look-ups, and a plot of them."""
    return bench_gazetteer.growth(row, speed_told(), OUT / "gazetteer-growth.svg", quick)


def speed_told():
    """What the gazetteer's example says to a command."""
    speed = TARGET / "release" / "examples" / "speed"
    if not speed.is_file():
        raise Failed("no example; run: cargo build --release -p placetime-gazetteer --example speed")
    return lambda *it: subprocess.run([speed, *it], check=True, capture_output=True, text=True).stdout


# The program


def measured(arguments):
    """Wall and CPU seconds and peak memory of one run of the program, and its standard output."""
    return usage_of([str(PROGRAM), *arguments])


def usage_of(command):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            err.seek(0)
            raise Failed(f"{' '.join(command[:4])}: exit status {process.returncode}: {err.read().decode(errors='replace').strip()[-500:]}")
        out.seek(0)
        usage = {"wall_s": took, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1000}
        return usage, out.read().decode(errors="replace")


def timed(arguments):
    """Wall seconds of one run and its standard output."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        done = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        took = time.perf_counter() - began
        if done.returncode != 0:
            err.seek(0)
            why = err.read().decode(errors="replace").strip()[-500:]
            raise Failed(f"placetime {' '.join(arguments[:3])}: exit status {done.returncode}: {why}")
        out.seek(0)
        return took, out.read()


def sample_files():
    files = sorted(str(path) for path in (TOP / "samples").glob("*.txt"))
    if not files:
        raise Failed("no report in samples/")
    return files


def samples():
    """The sample reports in the JSONL form: header lines, a blank line, the text."""
    found = []
    for name in sample_files():
        head, _, text = Path(name).read_text(encoding="utf-8").partition("\n\n")
        header = dict(line.split(": ", 1) for line in head.splitlines())
        found.append(
            {
                "id": Path(name).name,
                "url": header.get("url"),
                "title": header.get("title"),
                "published": header.get("date"),
                "text": text,
            }
        )
    return found


class Server:
    """`placetime serve` on a free port of the loopback address."""

    def __init__(self, data):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = tempfile.TemporaryFile()
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [PROGRAM, "--data", data, "serve", "--listen", f"127.0.0.1:{self.port}"],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        while True:
            try:
                self.body("/healthz")
                break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - began > ANSWER_S_MAX:
                    why = self.stopped()
                    raise Failed(f"serve did not come up: {why}") from None
                time.sleep(0.001)
        self.ready_s = time.perf_counter() - began

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopped()

    def stopped(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(ANSWER_S_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.seek(0)
        return self.log.read().decode(errors="replace").strip()[-500:]

    def _response(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S_MAX)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def header(self, path, name):
        return self._response(path)[0].getheader(name)

    def body(self, path):
        response, body = self._response(path)
        if response.status != 200:
            raise Failed(f"GET {path}: {response.status}")
        return body

    def cpu_s(self):
        """The server's CPU seconds so far; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def asked(self, path, headers, status, seconds):
        """One connection, one request after the other: how many, in how long, server CPU, bytes of one body."""
        head = {"Host": f"127.0.0.1:{self.port}", **headers}
        request = (f"GET {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in head.items()) + "\r\n").encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_S_MAX) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = connection.makefile("rb", buffering=1 << 20)
            for _ in range(20):
                connection.sendall(request)
                answer(stream, status)
            count, size = 0, 0
            cpu = self.cpu_s()
            began = time.perf_counter()
            while True:
                connection.sendall(request)
                size = answer(stream, status)
                count += 1
                took = time.perf_counter() - began
                if took >= seconds:
                    break
            used = None if cpu is None else self.cpu_s() - cpu
            return count, took, used, size


def answer(stream, expected):
    """Reads one response to its end; gives the bytes of its body as they came over the wire."""
    line = stream.readline()
    if not line:
        raise Failed("the server closed the connection")
    status = int(line.split()[1])
    if status != expected:
        raise Failed(f"expected status {expected}, got {status}")
    length, chunked = 0, False
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        name = name.lower()
        if name == b"content-length":
            length = int(value)
        elif name == b"transfer-encoding":
            chunked = b"chunked" in value.lower()
    if status in (204, 304):
        return 0
    if not chunked:
        stream.read(length)
        return length
    total = 0
    while True:
        size = int(stream.readline().split(b";")[0], 16)
        stream.read(size)
        stream.readline()
        total += size
        if size == 0:
            return total


if __name__ == "__main__":
    main()
