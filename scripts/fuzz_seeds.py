#!/usr/bin/env python3
"""The first inputs of a fuzz target, made from the project's own samples and tests.

    scripts/fuzz_seeds.py TARGET FOLDER

Writes files named by what they hold, so that a second run writes the same. What is not here:
anything from outside the repository.
"""

import hashlib
import io
import json
import re
import sqlite3
import sys
import tempfile
import zipfile
from html import escape
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
# The day of publication that a first byte of 5 asks for is an ordinary one.
DAY = b"\x05"


def text_of(path):
    return (TOP / path).read_text(encoding="utf-8")


def reports():
    """The reports of the tests and the samples, without heads and answers."""
    for folder in ["tests/cases", "tests/tongues"]:
        for path in sorted((TOP / folder).rglob("*.txt")):
            for part in path.read_text(encoding="utf-8").split("\n## "):
                lines = [l for l in part.splitlines()[1:] if not l.startswith(("|", "?", "date:"))]
                yield "\n".join(lines).strip()
    for path in sorted((TOP / "samples").glob("*.txt")):
        yield path.read_text(encoding="utf-8")


def quoted(pattern, longest=300):
    """The words in quotation marks of Rust files: what the unit tests are about."""
    for path in sorted(TOP.glob(pattern)):
        source = path.read_text(encoding="utf-8")
        for told in re.findall(r'"((?:[^"\\\n]|\\.)*)"', source):
            told = told.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
            if 3 < len(told) <= longest:
                yield told


def offsets():
    for line in text_of("tests/gold/offsets.csv").splitlines()[1:]:
        yield line.split(",")[1]


def sentences():
    for line in text_of("tests/gold/tolls.csv").splitlines()[1:]:
        yield line.split(",", 1)[1]


def page(text):
    body = "".join(f"<p>{escape(p)}</p>" for p in text.split("\n\n"))
    meta = '<meta property="article:published_time" content="2022-06-18T10:00:00+03:00">'
    linked = '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2022-06-18","headline":"x"}]}</script>'
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>News</title>{meta}{linked}</head>'
        f"<body><nav><a href=/>Home</a></nav><article><h1>News</h1><time datetime=2022-06-18>18 June</time>{body}"
        "<figure><img src=a.jpg><figcaption>A house, 3 May.</figcaption></figure></article>"
        "<div class=comments><p>A reader</p></div><footer>&copy;</footer></body></html>"
    ).encode()


def feed(text):
    item = f"<item><title>News</title><link>https://example.org/1</link><guid>1</guid><pubDate>Sat, 18 Jun 2022 23:10:00 +0300</pubDate><description><![CDATA[<p>{text}</p>]]></description></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{item}</channel></rss>'.encode()


def atom(text):
    entry = f'<entry><id>a</id><title>News</title><link href="https://example.org/1"/><updated>2022-06-18T10:00:00Z</updated><content type="html">{escape(text)}</content></entry>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title>{entry}</feed>'.encode()


def message(text):
    return (
        "From: A <a@example.org>\r\nTo: b@example.org\r\nSubject: =?utf-8?q?News=20of_Homs?=\r\n"
        "Date: Sat, 18 Jun 2022 23:10:00 +0300\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{text}\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>{text}</p>\r\n--x--\r\n"
    ).encode()


def marked(text):
    found = [m for m in re.finditer(r"\b(Homs|Kyiv|killed|wounded|[0-9]+|[A-Z][a-z]+)\b", text)][:6]
    labels = ["event", "place", "toll", "actor", "date", "speaker"]
    mentions = [{"label": l, "start": m.start(), "end": m.end(), "quote": m.group()} for l, m in zip(labels, found)]
    telling = {"mentions": list(range(len(mentions))), "type": "shelling", "standing": "happened"}
    told = {"id": "a", "reader": {"name": "tagger", "version": "2"}, "mentions": mentions, "tellings": [telling]}
    return text.encode() + b"\0" + json.dumps(told).encode()


CSVS = [
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp\n"
    'SYR1,15 June 2022,2022,1,Political violence,Explosions/Remote violence,Shelling/artillery/missile attack,Military Forces of Syria,,1,Civilians (Syria),,7,17,Civilian targeting,760,Middle East,Syria,Homs,Homs,,Homs,34.7333,36.7167,1,SOHR,Other,"On 15 June 2022, shells hit Homs.",3,crowd size=no report,1655800000\n',
    "id,relid,year,type_of_violence,conflict_name,dyad_name,side_a,side_b,number_of_sources,source_article,where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,country,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low\n"
    "1,SYR-1,2022,1,Syria: Government,A - B,A,B,1,Reuters,1,Homs town,Homs,Homs,34.73,36.72,Syria,Middle East,1,1,2022-06-15 00:00:00.000,2022-06-16 00:00:00.000,0,1,2,0,3,5,1\n",
    "date;place;killed;note\n15.06.2022;Homs;1.234;Beschuss\n30.02.2022;Nowhere;-3;\n99999-01-01;0;1e9;\n",
    "Date\tLat\tLon\tType\n6/15/2022\t34.73\t36.72\tshelling\n13/1/2022\t91\t200\tx\n",
    "title\nA note above\nid,date,location,fatalities\n1,2022-06-15,5 km north of Homs,12-15\n1,2022-06,Homs,\"at least 3\"\n",
]

GEOJSON = '{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[36.7,34.7]},"properties":{"date":"2022-06-15","type":"shelling","killed":3}},{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[36,34],[37,34],[37,35],[36,34]]]},"properties":{"date":null,"place":"Homs"}}]}'
KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark id="a"><name>Shelling</name><description>in Homs</description><TimeStamp><when>2022-06-15</when></TimeStamp><ExtendedData><Data name="killed"><value>3</value></Data></ExtendedData><Point><coordinates>36.7,34.7,0</coordinates></Point></Placemark></Document></kml>'


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def workbook():
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = lambda *row: "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row)
    rows = f"<row>{cells('date', 'place', 'killed')}</row><row>{cells('2022-06-15', 'Homs', '3')}</row>"
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    })


def database():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        db = sqlite3.connect(path)
        db.executescript(
            "PRAGMA page_size=512; PRAGMA application_id=1196444487;"
            "CREATE TABLE gpkg_contents(table_name TEXT, data_type TEXT, srs_id INTEGER);"
            "CREATE TABLE gpkg_geometry_columns(table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);"
            "INSERT INTO gpkg_contents VALUES('a','features',4326);"
            "INSERT INTO gpkg_geometry_columns VALUES('a','geom','POINT',4326);"
            "CREATE TABLE a(fid INTEGER PRIMARY KEY, geom BLOB, date TEXT, place TEXT);"
            "INSERT INTO a VALUES(1, x'47500001e6100000010100000000000000005c424000000000005d4140', '2022-06-15', 'Homs');"
        )
        db.close()
        return path.read_bytes()


def tables():
    yield from (c.encode() for c in CSVS)
    yield from (c.encode("utf-16") for c in CSVS[2:4])
    yield from [GEOJSON.encode(), KML.encode(), workbook(), database(), zipped({"doc.kml": KML})]
    yield "\n".join(json.dumps(f) for f in json.loads(GEOJSON)["features"]).encode()


def datasets():
    geonames = "\t".join(["170654", "Homs", "Homs", "Hims,Emesa,حمص", "34.72682", "36.72339", "P", "PPLA", "SY", "", "11", "", "", "", "775404", "", "501", "Asia/Damascus", "2018-01-02"])
    names = "1\t170654\tar\tحمص\t1\t\t\t\n2\t170654\ten\tHoms\t\t\t\t"
    wof = "wof_id\tname\tplacetype\tlat\tlon\tcountry\n1\tHoms\tlocality\t34.7\t36.7\tSY"
    tables_ = [geonames, names, wof, "SY.11\tHoms\tHoms\t170652", "name,lat,lon,kind,country\nHoms,34.7,36.7,city,SY", GEOJSON]
    for n, told in enumerate(tables_):
        for first in range(6):
            yield bytes([first]) + told.encode()
    for path in sorted((TOP / "gazetteer/data").glob("*.csv")):
        yield b"\x01" + path.read_bytes()[:2000]
    yield b"\x05" + zipped({"SY.txt": geonames})


UNITS = [
    "killed ", "Homs, ", "on Monday ", "12 ", ", and ", '"', "(", "a", "A", ".", "\n", "- ", "5 km north of ", "between A and ",
    "he said. ", "3 people in Homs on 5 May; ", "two days later ", "\u200b", "\u0301", "قصف ", "в Харькове ", "U.S. ", "# ", "| a ", "> ",
    "<p>", "<div>", "<!--", "<a href=x>", "&amp;", "<table><tr><td>", "{", "[", "{\"a\":", "a,", "\"a\"\n", "a AND ", "NOT ", "((", "=?utf-8?q?a?= ", "a:\n b\n", "33.5, ",
    "Mr. ", "the ", "said ", "of the ", "no one ", "not ", "near Homs and near Hama ", "2022-", "18 June ", "on Friday, on Saturday, ", "in Homs, killing 3, ",
]


def made(target):
    # Some of them: a fuzzer that has thousands of inputs to begin with is slow to find its own.
    whole = [r for r in reports() if r][::2]
    short = [r[:500] for r in whole[::2]]
    sayings = lambda pattern: list(quoted(pattern))[::2]
    if target == "phrase":
        return [t.encode() for t in [*offsets(), *sayings("gazetteer/src/*.rs"), *sayings("gazetteer/tests/*.rs"), *short[::4]]]
    if target == "coordinates":
        found = [*sayings("gazetteer/src/coordinates.rs"), *sayings("gazetteer/src/utm.rs")]
        return [t.encode() for t in [*found, "33°30′21″N 38°37′05″E", "33.506, 38.618", "37S BU 12345 67890", "37 N 500000 4000000", "91N 200E"]]
    if target == "index":
        return [bytes([n, 3, n, 0, n ^ 255]) * k for n in range(0, 250, 10) for k in (1, 3)]
    if target == "dataset":
        return list(datasets())
    if target in ("report", "kept"):
        told = [*whole, *sentences(), *sayings("src/reading/*.rs"), *sayings("src/reading/tellings/*.rs")]
        return [DAY + t.encode()[:2500] for t in told]
    if target == "page":
        return [page(t) for t in short] + [t.encode() for t in sayings("src/sources/html.rs")]
    if target == "feed":
        json_feed = {"version": "https://jsonfeed.org/version/1.1", "title": "a", "items": [{"id": "1", "content_html": "<p>Shells hit Homs.</p>", "date_published": "2022-06-18T10:00:00Z"}]}
        return [f(t) for t in short for f in (feed, atom)] + [json.dumps(json_feed).encode()]
    if target == "message":
        return [message(t) for t in short] + [t.encode() for t in sayings("src/sources/email.rs")]
    if target == "lines":
        line = lambda n, t: json.dumps({"id": str(n), "url": "https://example.org", "published": "2022-06-18", "title": "News", "text": t}, ensure_ascii=n % 2 == 0)
        return [line(n, t).encode() for n, t in enumerate(short)] + [b"date: 2022-06-18\nurl: x\n\n# News\n\n* " + t.encode() for t in short[::3]]
    if target == "marked":
        return [marked(t) for t in short]
    if target == "dates":
        told = [*sayings("src/reading/dates.rs"), *sayings("src/reading/timex.rs"), *sayings("src/reading/times.rs"), *sayings("src/reading/calendars.rs"), *sayings("src/sources/date.rs"), *sayings("src/reading/tongue/dates.rs")]
        return [DAY + t.encode() for t in told] + [DAY + t.encode() for t in short[::5]]
    if target == "table":
        return list(tables())
    if target == "filter":
        told = [*sayings("src/query/cql2/*.rs"), *sayings("src/query/*.rs"), '{"op":"and","args":[{"op":"=","args":[{"property":"type"},"shelling"]},{"op":">","args":[{"property":"killed_min"},2]}]}']
        return [t.encode() for t in told]
    if target == "growth":
        return [bytes([n % 12]) + u.encode() for u in UNITS for n in range(3, 12)]
    raise SystemExit(f"no first inputs for the target {target!r}")


def main(target, folder):
    folder = Path(folder)
    kept = sorted((TOP / "fuzz/regressions").glob(f"{target}-*")) 
    for told in [*made(target), *(p.read_bytes() for p in kept)]:
        (folder / hashlib.sha1(told).hexdigest()).write_bytes(told)


main(*sys.argv[1:])
