"""What the server does with many incidents, beside PostGIS and the servers on it.

Used by scripts/bench.py. The load comes from wrk (Debian: wrk); PostGIS (Debian: postgresql-15-postgis-3,
gdal-bin) is measured where it is installed, and tipg and pygeoapi on it (scripts/bench_peers.py).
"""
import json
import math
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import bench_peers
import many

BOX = "25,28,45,38"
"""A box over the middle of the made-up world: some thousand incidents of 200,000."""


class Wrk:
    """One wrk thread against loopback; the server has the other core."""

    def __init__(self, seconds):
        self.seconds = seconds

    def rate(self, url, headers=(), connections=16, paths=None):
        """Requests a second, and milliseconds within which 99 of 100 were answered."""
        command = ["wrk", "-t1", f"-c{connections}", f"-d{self.seconds}s", "--timeout", "30s", "--latency"]
        for header in headers:
            command += ["-H", header]
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            if paths:
                script.write("local paths = {\n" + ",\n".join(json.dumps(p) for p in paths) + "}\n")
                script.write("local n = 0\nrequest = function() n = n % #paths + 1 return wrk.format('GET', paths[n]) end\n")
                script.flush()
                command += ["-s", script.name]
            out = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        if bad or "Socket errors" in out:
            raise RuntimeError(f"{url}: {out[-300:]}")
        p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
        scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}[p99.group(2)]
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), float(p99.group(1)) * scale


def wrk_is_here():
    return shutil.which("wrk") is not None


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


def fetched(url, headers=None):
    """The body, read in pieces: its size and the seconds it took."""
    request = urllib.request.Request(url, headers=headers or {})
    began = time.perf_counter()
    size = 0
    with urllib.request.urlopen(request, timeout=300) as answer:
        while piece := answer.read(1 << 20):
            size += len(piece)
    return size, time.perf_counter() - began


def points_of(base, query=""):
    with urllib.request.urlopen(f"{base}/tiles/incidents.json{query}", timeout=60) as answer:
        return json.load(answer)["counts"]["points"]


def busy_tile(base, zoom):
    """The tile of a zoom with the largest answer among those over the made-up towns."""
    best = (0, None)
    n = 1 << zoom
    lon_lat = [(lon, lat) for lon in range(-10, 140, 3 if zoom > 4 else 10) for lat in range(0, 60, 3)]
    seen = set()
    for lon, lat in lon_lat:
        x = int((lon + 180) / 360 * n)
        y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
        if (x, y) in seen:
            continue
        seen.add((x, y))
        path = f"/tiles/incidents/{zoom}/{x}/{y}.mvt"
        with urllib.request.urlopen(base + path, timeout=60) as answer:
            size = len(answer.read())
        best = max(best, (size, path))
    return best


def open_loop(base, paths, per_second, seconds):
    """Requests sent by the clock, whether the last one was answered or not: milliseconds each took."""
    took, lock, failed = [], threading.Lock(), []
    began = time.perf_counter()

    def worker(offset, step):
        import http.client

        host = base.removeprefix("http://")
        line = http.client.HTTPConnection(host, timeout=30)
        n = offset
        while n < per_second * seconds:
            due = began + n / per_second
            wait = due - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            line.request("GET", paths[n % len(paths)])
            answer = line.getresponse()
            answer.read()
            done = 1000 * (time.perf_counter() - due)
            with lock:
                took.append(done)
                if answer.status != 200:
                    failed.append(answer.status)
            n += step

    threads = [threading.Thread(target=worker, args=(k, 16)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"answers {set(failed)}")
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.99)]


def filtered_paths(count=200):
    """CQL2 questions over type, date and box, no two alike."""
    rng = random.Random(3)
    paths = []
    for _ in range(count):
        lon, lat, year = rng.uniform(-10, 120), rng.uniform(5, 40), rng.randint(2012, 2024)
        text = (
            f"type = '{rng.choice(['airstrike', 'shelling', 'clash'])}' AND date_start >= DATE('{year}-01-01') "
            f"AND date_start < DATE('{year + 1}-01-01') AND S_INTERSECTS(geometry, BBOX({lon:.3f},{lat:.3f},{lon + 10:.3f},{lat + 10:.3f}))"
        )
        paths.append("/collections/incidents/items?limit=100&filter=" + urllib.parse.quote(text))
    return paths


def seen_after(base, run, data, features):
    """Milliseconds from the end of a ruling by another process to its showing in the items, the tile
    and the stream of changes, each for itself."""
    took = {"items": [], "tile": [], "stream": []}
    for feature in features:
        incident = feature["id"]
        lon, lat = feature["geometry"]["coordinates"]
        x, y = (int(it * (1 << 14)) for it in ((lon + 180) / 360, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2))
        tile = f"{base}/tiles/incidents/14/{x}/{y}.mvt"
        before = fetched_body(tile)
        stream = urllib.request.urlopen(f"{base}/changes", timeout=20)
        stream.readline()
        heard = []

        def listen():
            for line in stream:
                if incident.encode() in line:
                    heard.append(time.perf_counter())
                    return

        listener = threading.Thread(target=listen)
        listener.start()
        run(["--data", data, "rule", "reject", incident, "--why", "measured"])
        began = time.perf_counter()

        def until(seen, what):
            while not seen():
                if time.perf_counter() - began > 10:
                    raise RuntimeError(f"a change was not seen in the {what} within ten seconds")
                time.sleep(0.002)
            took[what].append(1000 * (time.perf_counter() - began))

        until(lambda: status_of(f"{base}/collections/incidents/items/{incident}") == 404, "items")
        until(lambda: fetched_body(tile) != before, "tile")
        listener.join(10)
        if not heard:
            raise RuntimeError("a change was not told in the stream within ten seconds")
        took["stream"].append(max(0.0, 1000 * (heard[0] - began)))
        stream.close()
    return took


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def fetched_body(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def faces_kept(data, seconds=300):
    """Waits until the server has kept what it had to compute."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        store = sqlite3.connect(f"file:{data}/placetime.sqlite?mode=ro", uri=True, timeout=30)
        kept, = store.execute("SELECT count(*) FROM faces").fetchone()
        listed, = store.execute("SELECT count(*) FROM incidents WHERE feature").fetchone()
        store.close()
        if kept == listed:
            return
        time.sleep(0.5)
    raise RuntimeError("what was computed was not kept")


POSTGRES = "/usr/lib/postgresql/15/bin"


class PostGis:
    """A PostGIS of our own in a folder, on a Unix socket, with the points loaded by ogr2ogr."""

    def __init__(self, folder, geojson):
        self.folder = folder
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(folder, "postgres")
            os.chmod(os.path.dirname(folder), 0o711)
        self._run(f"{POSTGRES}/initdb", "-D", f"{folder}/db", "-A", "trust", "-U", "bench", "--locale=C.UTF-8")
        self.port = bench_peers.free_port()
        options = f"-k {folder} -h 127.0.0.1 -p {self.port} -c shared_buffers=512MB -c fsync=off"
        self._run(f"{POSTGRES}/pg_ctl", "-D", f"{folder}/db", "-o", options, "-w", "-l", f"{folder}/log", "start")
        self.at = f"host={folder} port={self.port} user=bench dbname=bench"
        self._run(f"{POSTGRES}/createdb", "-h", folder, "-p", str(self.port), "-U", "bench", "bench")
        self.sql("CREATE EXTENSION postgis")
        load = ["ogr2ogr", "-f", "PostgreSQL", f"PG:{self.at}", geojson, "-nln", "incidents", "-nlt", "POINT"]
        load += ["-lco", "GEOMETRY_NAME=geom", "-lco", "FID=row", "--config", "PG_USE_COPY", "YES", "-where", "OGR_GEOMETRY='POINT'"]
        subprocess.run(load, check=True, capture_output=True)
        self.sql("VACUUM ANALYZE incidents")

    def _run(self, *command):
        subprocess.run([*self.user, *command], check=True, capture_output=True)

    def sql(self, text):
        self._run("psql", "-X", "-q", "-d", self.at, "-c", text)

    def rate(self, text, seconds):
        """Transactions a second of one statement, two clients."""
        with open(f"{self.folder}/one.sql", "w") as script:
            script.write(text + "\n")
        os.chmod(script.name, 0o644)
        command = [f"{POSTGRES}/pgbench", "-n", "-c2", "-j1", f"-T{seconds}", "-M", "prepared", "-f", script.name]
        command += ["-h", self.folder, "-p", str(self.port), "-U", "bench", "bench"]
        out = subprocess.run([*self.user, *command], check=True, capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([\d.]+)", out).group(1))

    def stop(self):
        self._run(f"{POSTGRES}/pg_ctl", "-D", f"{self.folder}/db", "-m", "immediate", "stop")


PAGE = (
    "SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(ST_AsGeoJSON(t.*)::json)) "
    "FROM (SELECT * FROM incidents WHERE geom && ST_MakeEnvelope({box}, 4326) LIMIT 1000) t;"
)
"""What PostGIS alone does for the same page: box, thousand rows, GeoJSON made by the database."""

TILE = (
    "SELECT ST_AsMVT(t.*, 'incidents') FROM (SELECT incident_id, kind, radius_m, date_start, "
    "ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope({z}, {x}, {y})) AS geom FROM incidents "
    "WHERE geom && ST_Transform(ST_TileEnvelope({z}, {x}, {y}), 4326)) t;"
)


def peers(row, label, points_file, wrk, rounds, tiles):
    """Rows of PostGIS alone and of the servers on it; the page's rows by name. `tiles` are (z, x, y)."""
    rows, pages = [], {}
    missing = [name for name, there in (("postgresql-15-postgis-3", os.path.exists(f"{POSTGRES}/pgbench")), ("gdal-bin", shutil.which("ogr2ogr"))) if not there]
    if missing:
        print(f"many: no {' and no '.join(missing)} (Debian packages), so no peer is measured", file=sys.stderr)
        return rows, pages
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        inner = f"{folder}/pg"
        os.mkdir(inner)
        postgis = PostGis(inner, points_file)
        try:
            page = PAGE.format(box=BOX)
            pages["PostGIS"] = row(f"{label}: PostGIS alone, the same page", "requests/s", [postgis.rate(page, wrk.seconds) for _ in range(rounds)])
            rows.append(pages["PostGIS"])
            for z, x, y in tiles:
                tile = TILE.format(z=z, x=x, y=y)
                rows.append(row(f"{label}: PostGIS alone, the z{z} tile", "requests/s", [postgis.rate(tile, wrk.seconds) for _ in range(rounds)]))
            programs = bench_peers.environment(Path(__file__).resolve().parent.parent)
            for begin in (bench_peers.tipg, bench_peers.pygeoapi) if programs else ():
                try:
                    peer, items, tile = begin(programs, folder, postgis, BOX)
                    with peer:
                        runs = [wrk.rate(peer.base + items, connections=4)[0] for _ in range(rounds)]
                        pages[peer.name] = row(f"{label}: {peer.name}, the same page", "requests/s", runs)
                        rows.append(pages[peer.name])
                        for z, x, y in tiles if tile else ():
                            url = peer.base + tile.format(z=z, x=x, y=y)
                            size = len(fetched_body(url))
                            runs = [wrk.rate(url, connections=4)[0] for _ in range(rounds)]
                            rows.append(row(f"{label}: {peer.name}, the z{z} tile", "requests/s", runs, response_bytes=size))
                except (RuntimeError, OSError) as error:
                    print(f"many: {begin.__name__} is left out: {error}", file=sys.stderr)
        finally:
            postgis.stop()
    return rows, pages


def measured(row, server_of, run, count, quick):
    """Rows of the table; `server_of(data)` starts a server, `run` the program."""
    if not wrk_is_here():
        raise RuntimeError("wrk is missing (Debian package wrk)")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        many.build(data, count)
        label = f"{count // 1000}k"
        with server_of(data) as server:
            rows.append(row(f"{label}: first start, all computed", "s", [server.ready_s]))
            faces_kept(data)
        starts = []
        for _ in range(1 if quick else 3):
            with server_of(data) as server:
                starts.append(server.ready_s)
        with server_of(data) as server:
            base = f"http://127.0.0.1:{server.port}"
            rows.append(row(f"{label}: start to first answer", "s", [*starts, server.ready_s]))
            wrk = Wrk(2 if quick else 8)
            rounds = 1 if quick else 3
            items = f"/collections/incidents/items?limit=1000&bbox={BOX}"
            busiest = {zoom: busy_tile(base, zoom) for zoom in (6, 12)}
            tiles = [tuple(map(int, re.findall(r"\d+", path))) for _, path in busiest.values()]
            urllib.request.urlretrieve(f"{base}/downloads/incidents.geojsonl", f"{folder}/points.geojsonl")
            os.chmod(folder, 0o755)
            beside, pages = peers(row, label, f"{folder}/points.geojsonl", wrk, rounds, tiles)
            rows += beside
            runs = [wrk.rate(base + items)[0] for _ in range(rounds)]
            for name in pages or [None]:
                rows.append(row(f"{label}: items bbox limit=1000", "requests/s", runs, pages.get(name)))
            for zoom, (size, path) in busiest.items():
                runs = [wrk.rate(base + path)[0] for _ in range(rounds)]
                rows.append(row(f"{label}: z{zoom} tile, busiest", "requests/s", runs, response_bytes=size))
            tiles = [f"/tiles/incidents/6/{x}/{y}.mvt?type=shelling" for x in range(36, 50) for y in range(20, 30)]
            runs = [wrk.rate(base, paths=tiles)[0] for _ in range(rounds)]
            rows.append(row(f"{label}: z6 tiles, filtered, not kept", "requests/s", runs))
            runs = [fetched(f"{base}/incidents.geojson") for _ in range(rounds + 1)][1:]
            rows.append(row(f"{label}: whole GeoJSON", "s", [s for _, s in runs], response_bytes=runs[0][0]))
            for name, path in (
                ("q, one word", "/collections/incidents/items?limit=10&q=belgor"),
                ("q, two words and a box", f"/collections/incidents/items?limit=10&q=shelling%20paper&bbox={BOX}"),
                ("sorted by a day, first page", "/collections/incidents/items?limit=10&sortby=-date_start"),
                ("sorted by title, first page", "/collections/incidents/items?limit=10&sortby=title"),
                ("statistics of everything", "/stats"),
            ):
                first = fetched(base + path)[1]
                runs = [1000 * fetched(base + path)[1] for _ in range(3 * rounds)]
                rows.append(row(f"{label}: {name}", "ms", runs, first_ms=1000 * first))
            paths = filtered_paths()
            runs = [open_loop(base, paths, 200, 3 if quick else 10) for _ in range(rounds)]
            rows.append(row(f"{label}: CQL2 at 200 a second, p50", "ms", [a for a, _ in runs]))
            rows.append(row(f"{label}: CQL2 at 200 a second, p99", "ms", [b for _, b in runs]))
            features = json.load(urllib.request.urlopen(base + items.replace("1000", "5")))["features"]
            for what, runs in seen_after(base, run, data, features).items():
                rows.append(row(f"{label}: another's ruling until seen: {what}", "ms", runs))
            rows.append(row(f"{label}: resident memory", "MB", [resident_mb(server.process.pid)]))
    return rows
