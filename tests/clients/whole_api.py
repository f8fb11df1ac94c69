"""schemathesis over the whole OpenAPI document: no 5xx, nothing that the document does not say, wrong
data refused. `/changes` is left out: it never ends.

Three phases: the examples of the document, a case for every bound, value and missing part that the document
names (coverage), and chance (fuzzing). Coverage makes some five hundred cases for each operation that takes a
question; those that take the same question by the same code are asked by chance only.

A free text can be no filter, so positive_data_acceptance is not asked. That `limit` above its maximum
is answered with the maximum is what OGC API Features, Part 1, wants (7.15.2).
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from serving import placetime, serving  # noqa: E402

ALIKE = r"^/(downloads/(?!incidents\.geojson$)|incidents\.(?!csv$)|collections/(incident_areas|incidents_unplaced)/items$)"
"""Operations that another one stands for."""


def known(url, folder):
    """What is there, by the operations whose addresses name it."""
    with urllib.request.urlopen(f"{url}/incidents.geojson") as answer:
        features = json.load(answer)["features"]
    kinds = {"incidents": "Point", "incident_areas": "MultiPolygon", "incidents_unplaced": None}
    by_layer = {
        layer: [it["id"] for it in features if (it["geometry"] or {}).get("type") == kind][:3]
        for layer, kind in kinds.items()
    }
    by_layer["incident_areas"] += [it["id"] for it in features if (it["geometry"] or {}).get("type") == "Polygon"][:3]
    placetime(folder, "rule", "confirm", by_layer["incidents"][0], "--why", "looked at")
    for layer, ids in by_layer.items():
        yield f"/collections/{layer}/items/{{id}}", ids
    ids = [it["id"] for it in features][:6]
    yield "/incidents/{id}", ids
    yield "/incidents/{id}/rulings", ids
    yield "/rulings/{id}/undo", ["1"]
    yield "/reports/{id}", [it["properties"]["report_ids"].split("; ")[0] for it in features][:6]


def settings(phases, ids):
    """What cannot be said on the command line: a list of checks there would stand above this."""
    yield '[[operations]]\ninclude-path-regex = "/items$"\nchecks.negative_data_rejection.enabled = false\n'
    yield f"[[operations]]\ninclude-path-regex = '{ALIKE}'\nphases.coverage.enabled = false\n"
    for n, (path, some) in enumerate(ids):
        if "coverage" in phases:
            # Coverage knows of one value only; chance also tries ids of nothing.
            told = json.dumps(some[0])
        else:
            yield f"[dictionaries.ids{n}]\nvalues = {json.dumps(some)}\n"
            told = f'{{ dictionary = "ids{n}", probability = 0.5 }}'
        yield f'[[operations]]\ninclude-path = {json.dumps(path)}\nparameters = {{ "path.id" = {told} }}\n'


status = 0
with serving() as (url, data), tempfile.TemporaryDirectory() as folder:
    document = pathlib.Path(folder, "api.json")
    # The document says the maximum of limit nevertheless, since GDAL takes its page size from there.
    with urllib.request.urlopen(f"{url}/api") as answer:
        document.write_bytes(answer.read())
    ids = list(known(url, data))
    for phases in ("coverage", "examples,fuzzing"):
        file = pathlib.Path(folder, "schemathesis.toml")
        file.write_text("\n".join(settings(phases, ids)))
        command = [
            sys.argv[1], "--config-file", str(file), "run", str(document), "--url", url,
            "--exclude-path", "/changes", "--workers", "2",
            "--max-examples", os.environ.get("SCHEMATHESIS_EXAMPLES", "50"), "--phases", phases,
            "--seed", os.environ.get("SCHEMATHESIS_SEED", "1"), "--exclude-checks", "positive_data_acceptance",
            "--suppress-health-check", "all", "--request-timeout", "30", "--continue-on-failure",
            "--generation-database", "none", "--no-color",
        ]
        status |= subprocess.run(command, cwd=folder, timeout=900).returncode
    # Still there, and still sound.
    with urllib.request.urlopen(f"{url}/readyz") as answer:
        answer.read()
    assert placetime(data, "verify").startswith("sound")
sys.exit(status)
