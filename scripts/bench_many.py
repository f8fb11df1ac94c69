"""What the server does with many incidents, beside PostGIS and the servers on it.

Used by scripts/bench.py. The load comes from wrk (Debian: wrk); PostGIS (Debian: postgresql-15-postgis-3,
gdal-bin) is measured where it is installed, tipg and pygeoapi where PEERS_VENV names a virtual
environment that has them.
"""
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

import many

BOX = "25,28,45,38"
"""A box over the middle of the made-up world: some thousand incidents of 200,000."""


class Wrk:
    """One wrk thread against loopback; the server has the other core."""

    def __init__(self, seconds):
        self.seconds = seconds

    def rate(self, url, headers=(), connections=16, paths=None):
        """Requests a second, and how many answers were none of 2xx or 3xx."""
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
    import math

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


def seen_after(base, run, data, ids):
    """Milliseconds from the end of a ruling by another process to its showing in the items."""
    took = []
    for incident in ids:
        run(["--data", data, "rule", "confirm", incident])
        began = time.perf_counter()
        path = f"{base}/collections/incidents/items/{incident}"
        while True:
            with urllib.request.urlopen(path, timeout=10) as answer:
                if json.load(answer)["properties"]["version"] > 1:
                    break
            if time.perf_counter() - began > 10:
                raise RuntimeError("a change was not seen within ten seconds")
            time.sleep(0.002)
        took.append(1000 * (time.perf_counter() - began))
    return took


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
        options = f"-k {folder} -h '' -c shared_buffers=512MB -c fsync=off"
        self._run(f"{POSTGRES}/pg_ctl", "-D", f"{folder}/db", "-o", options, "-w", "-l", f"{folder}/log", "start")
        self.at = f"host={folder} user=bench dbname=bench"
        self._run(f"{POSTGRES}/createdb", "-h", folder, "-U", "bench", "bench")
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
        command += ["-h", self.folder, "-U", "bench", "bench"]
        out = subprocess.run([*self.user, *command], check=True, capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([\d.]+)", out).group(1))

    def stop(self):
        self._run(f"{POSTGRES}/pg_ctl", "-D", f"{self.folder}/db", "-m", "immediate", "stop")


def bare_query(points_file, seconds, rounds):
    """What PostGIS alone does for the same page: box, thousand rows, GeoJSON made by the database."""
    if not os.path.exists(f"{POSTGRES}/pgbench") or not shutil.which("ogr2ogr"):
        return None
    west, south, east, north = BOX.split(",")
    page = (
        "SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(ST_AsGeoJSON(t.*)::json)) "
        f"FROM (SELECT * FROM incidents WHERE geom && ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326) LIMIT 1000) t;"
    )
    tile = (
        "SELECT ST_AsMVT(t.*, 'incidents') FROM (SELECT incident_id, kind, radius_m, date_start, "
        "ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope(6, 37, 25)) AS geom FROM incidents "
        "WHERE geom && ST_Transform(ST_TileEnvelope(6, 37, 25), 4326)) t;"
    )
    with tempfile.TemporaryDirectory() as folder:
        inner = f"{folder}/pg"
        os.mkdir(inner)
        postgis = PostGis(inner, points_file)
        try:
            return [postgis.rate(page, seconds) for _ in range(rounds)], [postgis.rate(tile, seconds) for _ in range(rounds)]
        finally:
            postgis.stop()


def measured(row, server_of, run, count, quick):
    """Rows of the table; `server_of(data)` starts a server, `run` the program."""
    if not wrk_is_here():
        raise RuntimeError("wrk is missing (Debian package wrk)")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        many.build(data, count)
        with server_of(data) as server:
            base = f"http://127.0.0.1:{server.port}"
            label = f"{count // 1000}k"
            rows.append(row(f"{label}: start to first answer", "s", [server.ready_s]))
            wrk = Wrk(2 if quick else 8)
            rounds = 1 if quick else 3
            items = f"/collections/incidents/items?limit=1000&bbox={BOX}"
            bare = None
            if count <= 200_000:
                urllib.request.urlretrieve(f"{base}/downloads/incidents.geojsonl", f"{folder}/points.geojsonl")
                os.chmod(folder, 0o755)
                bare = bare_query(f"{folder}/points.geojsonl", wrk.seconds, rounds)
            peer = bare and row(f"{label}: PostGIS alone, the same page", "requests/s", bare[0])
            if bare:
                rows += [peer, row(f"{label}: PostGIS alone, a z6 tile", "requests/s", bare[1])]
            runs = [wrk.rate(base + items)[0] for _ in range(rounds)]
            rows.append(row(f"{label}: items bbox limit=1000", "requests/s", runs, peer))
            for zoom in (6, 12):
                size, path = busy_tile(base, zoom)
                runs = [wrk.rate(base + path)[0] for _ in range(rounds)]
                rows.append(row(f"{label}: z{zoom} tile, busiest", "requests/s", runs, response_bytes=size))
            tiles = [f"/tiles/incidents/6/{x}/{y}.mvt?type=shelling" for x in range(36, 50) for y in range(20, 30)]
            runs = [wrk.rate(base, paths=tiles)[0] for _ in range(rounds)]
            rows.append(row(f"{label}: z6 tiles, filtered, not kept", "requests/s", runs))
            runs = [fetched(f"{base}/incidents.geojson") for _ in range(rounds + 1)][1:]
            rows.append(row(f"{label}: whole GeoJSON", "s", [s for _, s in runs], response_bytes=runs[0][0]))
            paths = filtered_paths()
            runs = [open_loop(base, paths, 200, 3 if quick else 10) for _ in range(rounds)]
            rows.append(row(f"{label}: CQL2 at 200 a second, p50", "ms", [a for a, _ in runs]))
            rows.append(row(f"{label}: CQL2 at 200 a second, p99", "ms", [b for _, b in runs]))
            ids = [f["id"] for f in json.load(urllib.request.urlopen(base + items.replace("1000", "5")))["features"]]
            rows.append(row(f"{label}: ruling of another process to seen", "ms", seen_after(base, run, data, ids)))
            rows.append(row(f"{label}: resident memory", "MB", [resident_mb(server.process.pid)]))
    return rows
