#!/usr/bin/env python3
"""Hostile clients at full count against one server: idle connections, half-sent heads, slow bodies, slow
readers, cancelled downloads, readers of /changes. Prints what was measured and writes
target/bench/load.json. Run after `cargo build --release`:

    python3 scripts/load.py [--idle 5000] [--sse 2000] [--seconds 60]

Needs an open-file limit above the sum of both (`ulimit -n`).
"""

import argparse
import json
import os
import pathlib
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parents[1]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))
PROGRAM = TARGET / "release/placetime"


def figures(pid):
    """Open files and resident megabytes of the server."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    rss = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return len(os.listdir(f"/proc/{pid}/fd")), int(rss.split()[1]) / 1024


def connect(at, request=b""):
    line = socket.create_connection(at, timeout=20)
    if request:
        line.sendall(request)
    return line


def head(path):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def good(at, seconds, out):
    """A well-behaved client, one request after the other; milliseconds each."""
    until = time.monotonic() + seconds
    request = head("/collections/incidents/items?limit=10")[:-2] + b"Connection: close\r\n\r\n"
    while time.monotonic() < until:
        begun = time.perf_counter()
        try:
            line = connect(at, request)
            while line.recv(1 << 16):
                pass
            line.close()
            out.append((time.perf_counter() - begun) * 1000)
        except OSError:
            out.append(float("inf"))


def closed(lines, seconds):
    """How many of the lines the server closes within so many seconds, and when the last one was."""
    waiting = selectors.DefaultSelector()
    for line in lines:
        line.setblocking(False)
        waiting.register(line, selectors.EVENT_READ)
    begun, gone, last = time.monotonic(), 0, 0.0
    while gone < len(lines) and time.monotonic() - begun < seconds:
        for key, _ in waiting.select(timeout=1):
            try:
                while key.fileobj.recv(1 << 16):
                    pass
            except BlockingIOError:
                continue
            except OSError:
                pass
            waiting.unregister(key.fileobj)
            gone += 1
            last = time.monotonic() - begun
    return gone, last


def main():
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--idle", type=int, default=5000)
    wanted.add_argument("--sse", type=int, default=2000)
    wanted.add_argument("--seconds", type=int, default=60)
    wanted = wanted.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        samples = [str(p) for p in sorted((HERE / "samples").glob("*.txt"))]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([PROGRAM, "--data", folder, "add", *samples], check=True, **quiet)
        server = subprocess.Popen(
            [PROGRAM, "--data", folder, "serve", "--listen", "127.0.0.1:0"],
            stderr=subprocess.PIPE, text=True,
        )
        try:
            said = server.stderr.readline()
            port = int(said.split("http://127.0.0.1:")[1].split()[0])
            at = ("127.0.0.1", port)
            undisturbed = []
            good(at, 5, undisturbed)
            files, rss = figures(server.pid)

            def round_of(name, lines, note=""):
                beside, stop = [], threading.Thread(target=lambda: good(at, 5, beside))
                stop.start()
                stop.join()
                during = figures(server.pid)
                gone, last = closed(lines, wanted.seconds)
                for line in lines:
                    line.close()
                time.sleep(1.5)
                after = figures(server.pid)
                p99 = statistics.quantiles(beside, n=100)[98] if len(beside) > 1 else float("inf")
                rows.append({
                    "clients": name, "count": len(lines), "closed": gone, "last_closed_s": round(last, 1),
                    "p99_beside_ms": round(p99, 1), "files_during": during[0],
                    "rss_during_mb": round(during[1], 1), "files_after": after[0],
                    "rss_after_mb": round(after[1], 1), "note": note,
                })
                print(rows[-1], flush=True)

            round_of("silent connections", [connect(at) for _ in range(wanted.idle)])
            round_of("half a head", [connect(at, b"GET / HTTP/1.1\r\nHost: l") for _ in range(2000)])
            body = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\nslow"
            round_of("bodies that stop", [connect(at, body) for _ in range(500)])
            round_of("readers asleep", [connect(at, head("/downloads/incidents.gpkg")) for _ in range(500)])
            for _ in range(2000):
                connect(at, head("/downloads/incidents.kml")).close()
            round_of("downloads cancelled", [], "2,000, gone before the answer")
            listening = [connect(at, head("/changes")) for _ in range(wanted.sse)]
            time.sleep(2)
            during = figures(server.pid)
            text = "date: 2022-06-18\n\nGunmen attacked the city of Raqqa on Wednesday, killing two.\n"
            told = pathlib.Path(folder, "more.txt")
            told.write_text(text)
            for line in listening:
                line.setblocking(False)
                try:
                    line.recv(1 << 16)
                except BlockingIOError:
                    pass
            begun = time.monotonic()
            subprocess.run([PROGRAM, "--data", folder, "add", str(told)], check=True, **quiet)
            heard, waiting = set(), selectors.DefaultSelector()
            for line in listening:
                waiting.register(line, selectors.EVENT_READ)
            took = None
            while len(heard) < len(listening) and time.monotonic() - begun < 20:
                for key, _ in waiting.select(timeout=1):
                    try:
                        if b"event: incident" in key.fileobj.recv(1 << 16):
                            heard.add(key.fileobj)
                    except OSError:
                        pass
                took = time.monotonic() - begun
            for line in listening:
                line.close()
            time.sleep(1.5)
            after = figures(server.pid)
            rows.append({
                "clients": "readers of /changes", "count": len(listening), "told": len(heard),
                "all_told_s": round(took, 2), "files_during": during[0],
                "rss_during_mb": round(during[1], 1), "files_after": after[0],
                "rss_after_mb": round(after[1], 1),
            })
            print(rows[-1], flush=True)
            out = {
                "undisturbed_p99_ms": round(statistics.quantiles(undisturbed, n=100)[98], 1),
                "files_before": files, "rss_before_mb": round(rss, 1), "rounds": rows,
            }
            print({k: v for k, v in out.items() if k != "rounds"})
            (TARGET / "bench").mkdir(parents=True, exist_ok=True)
            (TARGET / "bench/load.json").write_text(json.dumps(out, indent=2))
            if server.poll() is not None:
                sys.exit("the server ended")
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
