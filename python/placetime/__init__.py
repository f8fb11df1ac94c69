"""Incidents from reports, and places from their names, by the program that comes with this package.

Every function starts ``placetime`` once and reads what it prints; nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Optional, Union

__all__ = ["Notice", "PlacetimeError", "Text", "annotate_places", "program", "read", "resolve", "run"]


class PlacetimeError(RuntimeError):
    """The program did not do its work; the message is its sentence: what, where, what would help."""


class Notice(UserWarning):
    """Something the program noted while it went on: a bad row, a report without a date."""


@dataclass(frozen=True)
class Text:
    """A report given as text.

    ``published`` is the day it came out, ``YYYY-MM-DD``; without it days stay as the words tell them.
    """

    text: str
    id: Optional[str] = None
    published: Optional[str] = None
    title: Optional[str] = None
    url: Optional[str] = None


Report = Union[str, "os.PathLike[str]", Text]


def program() -> str:
    """The path of the program: ``PLACETIME_BIN``, the one of this package, or the one on ``PATH``."""
    named = os.environ.get("PLACETIME_BIN")
    if named:
        return named
    name = "placetime.exe" if sys.platform == "win32" else "placetime"
    for scheme in (None, f"{os.name}_user"):
        folder = sysconfig.get_path("scripts", scheme) if scheme else sysconfig.get_path("scripts")
        path = Path(folder) / name
        if path.is_file():
            return str(path)
    found = shutil.which(name)
    if found is None:
        raise PlacetimeError(
            "the program placetime is neither in this environment nor on PATH; install the wheel again or set PLACETIME_BIN"
        )
    return found


def run(arguments: Iterable[str], stdin: str = "") -> str:
    """Runs a command of the program and gives its standard output.

    Raises :class:`PlacetimeError` with the program's own sentence when it fails; what it notes besides becomes
    warnings of the class :class:`Notice`.
    """
    done = subprocess.run(
        [program(), *arguments], input=stdin, capture_output=True, text=True, encoding="utf-8", check=False
    )
    told = [line.removeprefix("placetime: ") for line in done.stderr.splitlines() if line.strip()]
    if done.returncode != 0:
        raise PlacetimeError("\n".join(told) or f"placetime ended with status {done.returncode}")
    for line in told:
        warnings.warn(line, Notice, stacklevel=3)
    return done.stdout


def resolve(
    phrase: str,
    country: Union[str, Iterable[str], None] = None,
    near: Optional[tuple[float, float]] = None,
    limit: int = 10,
    gazetteer: Optional[str] = None,
) -> list[dict[str, Any]]:
    """What a place phrase may mean, best first.

    ``country`` is one ISO 3166-1 code or several, ``near`` is (latitude, longitude) in degrees. Each candidate has
    ``name, id, source, kind, country, admin1, lat, lon, radius_m, precision, score, because``; ``radius_m`` is in
    metres, ``lat`` and ``lon`` are None where only an area is known (``geometry``).
    """
    arguments = [*_gazetteer(gazetteer), "resolve", "--json", "--limit", str(limit)]
    for code in [country] if isinstance(country, str) else country or []:
        arguments += ["--country", code]
    if near is not None:
        arguments += [f"--near={near[0]},{near[1]}"]
    return json.loads(run([*arguments, "--", phrase]))


def read(
    *reports: Report,
    published: Optional[str] = None,
    detail: str = "flat",
    gazetteer: Optional[str] = None,
) -> Any:
    """The incidents that the reports tell of, merged over all of them; nothing is stored.

    A report is a path or a :class:`Text`. ``published`` is the day of reports that carry no date, ``YYYY-MM-DD``.
    Gives a ``geopandas.GeoDataFrame`` (WGS 84; no geometry where the place is not known) when geopandas is
    installed, otherwise the GeoJSON feature collection as a dict.
    """
    if not reports:
        raise ValueError("read needs at least one report: a path, or placetime.Text(\"...\")")
    arguments = [*_gazetteer(gazetteer), "read", "--format", "geojson", "--detail", detail]
    if published is not None:
        arguments += ["--published", published]
    lines, paths = [], []
    for number, report in enumerate(reports, start=1):
        if isinstance(report, Text):
            row = {"id": report.id or f"text-{number}", "text": report.text, "published": report.published}
            row.update({k: v for k, v in (("title", report.title), ("url", report.url)) if v is not None})
            lines.append(json.dumps(row, ensure_ascii=False))
        else:
            paths.append(os.fspath(report))
    stdin = "".join(line + "\n" for line in lines)
    collection = json.loads(run([*arguments, "--", *paths, *(["-"] if lines else [])], stdin))
    return _frame(collection)


def annotate_places(text: str, date: Optional[str] = None, gazetteer: Optional[str] = None) -> list[dict[str, Any]]:
    """The places named in a text: ``start, end`` (code points), ``surface, lat, lon, radius_m, score`` each."""
    row = json.dumps({"doc": "text", "text": text, "date": date}, ensure_ascii=False)
    return json.loads(run([*_gazetteer(gazetteer), "annotate", "places"], row + "\n"))["toponyms"]


def _gazetteer(path: Optional[str]) -> list[str]:
    return [] if path is None else ["--gazetteer", os.fspath(path)]


def _frame(collection: dict[str, Any]) -> Any:
    try:
        import geopandas
    except ImportError:
        return collection
    features = collection["features"]
    if not features:
        return geopandas.GeoDataFrame(geometry=[], crs="EPSG:4326")
    return geopandas.GeoDataFrame.from_features(features, crs="EPSG:4326")
