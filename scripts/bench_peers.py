"""The servers that PostGIS has beside it: tipg and pygeoapi, from PyPI in a virtual environment of their own.

Used by scripts/bench_many.py. The environment lies in target/peers and is made on first use; PEERS_VENV names
another. A peer that cannot be installed or does not come up is named and left out.
"""
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PACKAGES = ["tipg==1.6.1", "pygeoapi==0.21.0", "uvicorn==0.54.0", "gunicorn==27.0.1", "psycopg2-binary", "sqlalchemy", "geoalchemy2"]

READY_S_MAX = 60


def environment(top):
    """The folder of the programs, made when it is not there; None when it cannot be."""
    venv = Path(os.environ.get("PEERS_VENV") or top / "target" / "peers")
    programs = venv / "bin"
    if not all((programs / name).exists() for name in ("uvicorn", "pygeoapi", "gunicorn")):
        try:
            subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True)
            subprocess.run([programs / "pip", "install", "--quiet", *PACKAGES], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"many: tipg and pygeoapi are left out; {venv} could not be made: {error}", file=sys.stderr)
            return None
    return programs


class Peer:
    """A server of others, up while it is measured; one worker, since wrk has the other core."""

    def __init__(self, name, command, env, port, folder, probe):
        self.name = name
        self.base = f"http://127.0.0.1:{port}"
        with open(f"{folder}/{name}.log", "w") as log:
            self.process = subprocess.Popen(command, env={**os.environ, **env}, cwd=folder, stdout=log, stderr=log)
        began = time.perf_counter()
        while True:
            try:
                with urllib.request.urlopen(self.base + probe, timeout=60) as answer:
                    answer.read()
                return
            except urllib.error.HTTPError as error:
                why = f"{probe}: {error.code} {error.read()[:300]!r}"
            except OSError as error:
                why = str(error)
            if self.process.poll() is not None or time.perf_counter() - began > READY_S_MAX:
                self.stop()
                raise RuntimeError(f"{name} did not come up: {why}; {Path(folder, name + '.log').read_text()[-300:]}")
            time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tipg(programs, folder, postgis, box):
    """tipg, and the paths of a page of 1,000 and of a tile."""
    port = free_port()
    env = {
        "DATABASE_URL": f"postgresql://bench@127.0.0.1:{postgis.port}/bench",
        "TIPG_DB_TABLES": '["public.incidents"]',
        "TIPG_ADD_TILES_VIEWER": "false",
    }
    items = f"/collections/public.incidents/items?limit=1000&bbox={box}&f=geojson"
    command = [programs / "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    peer = Peer("tipg", command, env, port, folder, items)
    return peer, items, "/collections/public.incidents/tiles/WebMercatorQuad/{z}/{x}/{y}"


PYGEOAPI = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 1000, max_items: 10000}}
  map: {{url: "http://127.0.0.1/{{z}}/{{x}}/{{y}}", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: bench, description: bench, keywords: [bench], keywords_type: theme, terms_of_service: none, url: http://127.0.0.1}}
  license: {{name: none, url: http://127.0.0.1}}
  provider: {{name: bench, url: http://127.0.0.1}}
  contact: {{name: bench, email: bench@example.org}}
resources:
  incidents:
    type: collection
    title: incidents
    description: incidents
    keywords: [incidents]
    links: []
    extents: {{spatial: {{bbox: [-180, -90, 180, 90], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - type: feature
        name: PostgreSQL
        data: {{host: 127.0.0.1, port: {db_port}, dbname: bench, user: bench, password: bench, search_path: [public]}}
        id_field: row
        table: incidents
        geom_field: geom
"""


def pygeoapi(programs, folder, postgis, box):
    """pygeoapi, and the path of a page of 1,000; it makes no tiles of a table."""
    port = free_port()
    config, document = f"{folder}/pygeoapi.yml", f"{folder}/openapi.yml"
    Path(config).write_text(PYGEOAPI.format(port=port, db_port=postgis.port))
    env = {"PYGEOAPI_CONFIG": config, "PYGEOAPI_OPENAPI": document}
    made = subprocess.run([programs / "pygeoapi", "openapi", "generate", config, "--output-file", document], env={**os.environ, **env}, capture_output=True, text=True)
    if made.returncode != 0:
        raise RuntimeError(f"pygeoapi: {made.stderr[-300:]}")
    items = f"/collections/incidents/items?limit=1000&bbox={box}&f=json"
    command = [programs / "gunicorn", "pygeoapi.flask_app:APP", "-b", f"127.0.0.1:{port}", "-w", "1", "--timeout", "120"]
    return Peer("pygeoapi", command, env, port, folder, items), items, None
