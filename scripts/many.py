#!/usr/bin/env python3
"""A store of many made-up incidents, for measuring. Python 3, standard library only.

    python3 scripts/many.py FOLDER [COUNT] [SEED]

The rows are as rows are: one to nine accounts each with three in the median, names in Latin, Arabic
and Cyrillic script, four in five with a point (most of them on some thousand towns), one in ten with
an area only, one in ten without place. Nothing in it happened.
"""
import json
import math
import random
import sqlite3
import sys
from pathlib import Path

SCHEMA = Path(__file__).resolve().parent.parent / "src" / "store" / "schema"
"""The program's own steps; a store is made of all of them, so it is always of the current schema."""

TYPES = [
    ("airstrike", "strike", 20),
    ("shelling", "strike", 30),
    ("clash", "clash", 20),
    ("attack_other", "civilians", 10),
    ("protest", "protest", 12),
    ("flood", "hazard", 3),
    ("explosion", "other", 5),
]
SYLLABLES = {
    "latin": ["al-", "ba", "kar", "mo", "sul", "tan", "bel", "gra", "dor", "nik", "sha", "rif", "ma", "zur"],
    "arabic": ["ال", "دير", "تل", "خان", "قرية", "بيت", "حم", "صور", "عين", "كفر", "نور", "مر", "جسر", "شمال"],
    "cyrillic": ["но", "во", "бела", "крас", "мар", "пол", "став", "ка", "гор", "лим", "ан", "ов", "ское", "град"],
}


def name(rng, parts):
    script = rng.choice(list(SYLLABLES))
    words = ["".join(rng.choice(SYLLABLES[script]) for _ in range(rng.randint(2, 4))) for _ in range(parts)]
    return " ".join(words)


def towns(rng, count):
    """Towns in clumps, as people settle; most events fall on few of them."""
    middles = [(rng.uniform(-15, 140), rng.gauss(25, 18)) for _ in range(60)]
    found = []
    for _ in range(count):
        lon, lat = rng.choice(middles)
        lon, lat = rng.gauss(lon, 3), max(-60, min(70, rng.gauss(lat, 2)))
        found.append((round(lon, 5), round(lat, 5), name(rng, rng.randint(1, 3)), rng.choice(["SY", "UA", "SD", "MM", "YE", "ML"])))
    return found


def areas(rng, count):
    """Divisions with outlines of some dozen corners."""
    found = []
    for _ in range(count):
        lon, lat, size = rng.uniform(-10, 130), rng.gauss(20, 15), rng.uniform(0.3, 2.5)
        corners = 60
        ring = [
            (
                round(lon + size * (1 + 0.2 * math.sin(5 * a)) * math.cos(a), 5),
                round(lat + size * (1 + 0.2 * math.sin(5 * a)) * math.sin(a), 5),
            )
            for a in (2 * math.pi * n / corners for n in range(corners))
        ]
        ring.append(ring[0])
        found.append((ring, size, lon, lat, name(rng, 2), rng.choice(["SY", "UA", "SD", "MM", "YE", "ML"])))
    return found


def build(folder, count, seed=7):
    rng = random.Random(seed)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(folder / "placetime.sqlite")
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    steps = sorted(SCHEMA.glob("*.sql"))
    for step in steps:
        db.executescript(step.read_text(encoding="utf-8"))
    db.execute(f"PRAGMA user_version = {len(steps)}")
    places = towns(rng, max(2000, count // 40))
    divisions = areas(rng, 400)
    groups = [name(rng, 3) for _ in range(80)]
    codes = [t for t, _, n in TYPES for _ in range(n)]
    kinds = {t: k for t, k, _ in TYPES}
    stamp = "2026-01-01T00:00:00Z"
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def rows():
        for n in range(1, count + 1):
            code = rng.choice(codes)
            year, month, day = rng.randint(2012, 2025), rng.randint(1, 12), rng.randint(1, 28)
            first = f"{year}-{month:02}-{day:02}"
            last = first if rng.random() < 0.8 else f"{year}-{month:02}-28"
            sort = rng.random()
            located, box, country = None, None, None
            if sort < 0.8:
                lon, lat, words, country = places[min(int(rng.expovariate(8 / len(places))), len(places) - 1)]
                if rng.random() < 0.3:
                    lon, lat = round(lon + rng.gauss(0, 0.05), 6), round(lat + rng.gauss(0, 0.05), 6)
                located = {
                    "name": words, "place_id": f"made:{n % len(places)}", "source": "made", "kind": "town",
                    "country": country, "admin1": groups[n % 80], "centre": [lon, lat],
                    "radius_m": rng.choice([2000.0, 5000.0, 12000.0]), "precision": "place", "basis": "told",
                    "score": 0.9, "because": ["the only place of that name in the country told", "near the other places of the report"],
                }
                box = (lon, lon, lat, lat)
            elif sort < 0.9:
                ring, size, lon, lat, words, country = rng.choice(divisions)
                located = {
                    "name": words, "source": "made", "kind": "admin1", "country": country,
                    "radius_m": round(size * 111000), "area": [[ring]], "precision": "admin", "basis": "told",
                    "score": 0.8, "because": ["told as a division"],
                }
                xs, ys = [x for x, _ in ring], [y for _, y in ring]
                box = (min(xs), max(xs), min(ys), max(ys))
            tellings = min(9, max(1, int(rng.gauss(3, 1.5) + 0.5)))
            accounts = []
            for k in range(tellings):
                least = rng.choice([0, 0, 1, 2, 3, 5, 12, 24])
                told = {
                    "report": f"r{n}-{k}", "ordinal": 0, "url": f"https://news.example/{seed}/{n}/{k}/{code}",
                    "sha256": f"{n:032x}{k:032x}", "publisher": f"Paper {n * 7 % 400}", "published": last,
                    "reader": "made up",
                    "quotes": [{"field": "event", "start": 10, "end": 30, "text": f"{code} near {words if located else 'a village'}"}],
                    "type": code, "standing": "happened",
                    "when": {"start": first, "end": last, "precision": "day" if first == last else "span",
                             "edtf": first if first == last else f"{first}/{last}", "text": "on Wednesday", "because": "Wednesday before the day of publication"},
                    "place_text": words if located else name(rng, 2),
                    "actors": [{"name": groups[n % 80], "kind": "forces", "text": groups[n % 80]}],
                    "actors_by": "residents", "targets": [{"name": groups[(n + k) % 80], "kind": "civilians", "text": "civilians"}],
                    "tolls": [{"harm": "killed", "least": least, "most": least, "of": "everybody", "said_by": "a monitor", "text": f"{least} people"}],
                    "confidence": 0.7,
                }
                if located:
                    told["located"] = located
                accounts.append(dump(told))
            yield n, code, kinds[code], country, first, last, box, accounts

    # Ids as the program makes them: hexadecimal and in no order; one of a kind.
    def id_of(n):
        return f"inc-{(n * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF:016x}"

    db.execute("BEGIN")
    for n, code, kind, country, first, last, box, accounts in rows():
        status = "published" if n % 10 else "draft"
        db.execute(
            "INSERT INTO incidents (number, id, created, updated, version, status, standing, feature, type, kind, country,"
            " first_day, last_day, boxed, root) VALUES (?, ?, ?, ?, 1, ?, 'happened', 1, ?, ?, ?, ?, ?, ?, ?)",
            (n, id_of(n), stamp, stamp, status, code, kind, country, first, last, int(box is not None), n),
        )
        if box:
            db.execute("INSERT INTO incident_boxes VALUES (?, ?, ?, ?, ?)", (2 * n, *box))
        db.execute(
            "INSERT INTO reports (number, id, sha256, published, published_by, language, text, added, read_at)"
            " VALUES (?, ?, ?, ?, 'given', 'en', 'made up', ?, ?)",
            (n, f"r{n}", f"{n:064x}", last, stamp, stamp),
        )
        for told in accounts:
            db.execute("INSERT INTO accounts (incident, report, ordinal, told) VALUES (?, ?, 0, ?)", (n, n, told))
        if status == "published":
            db.execute("INSERT INTO rulings (incident, verdict, who, at, why, version) VALUES (?, 'publish', 'made', ?, '', 1)", (n, stamp))
        db.execute("INSERT INTO changes (at, incident, what, version) VALUES (?, ?, 'created', 1)", (stamp, id_of(n)))
    db.commit()
    db.close()


if __name__ == "__main__":
    build(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200_000, int(sys.argv[3]) if len(sys.argv) > 3 else 7)
