"""schemathesis over the whole OpenAPI document: no 5xx, nothing that the document does not say, wrong
data refused. `/changes` is left out: it never ends.

A free text can be no filter, so positive_data_acceptance is not asked. That `limit` above its maximum
is answered with the maximum is what OGC API Features, Part 1, wants (7.15.2).
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from serving import serving  # noqa: E402

with serving() as (url, _), tempfile.TemporaryDirectory() as folder:
    document = pathlib.Path(folder, "api.json")
    with urllib.request.urlopen(f"{url}/api") as answer:
        document.write_bytes(answer.read())
    # The document says the maximum of limit nevertheless, since GDAL takes its page size from there. (A
    # list of checks on the command line would stand above this file.)
    settings = pathlib.Path(folder, "schemathesis.toml")
    settings.write_text(
        "[[operations]]\n"
        'include-path-regex = "/items$"\n'
        "[operations.checks]\n"
        "negative_data_rejection.enabled = false\n"
    )
    command = [
        sys.argv[1], "--config-file", str(settings), "run", str(document), "--url", url,
        "--exclude-path", "/changes", "--workers", "2",
        "--max-examples", os.environ.get("SCHEMATHESIS_EXAMPLES", "50"),
        "--phases", "examples,fuzzing", "--seed", os.environ.get("SCHEMATHESIS_SEED", "1"), "--exclude-checks", "positive_data_acceptance",
        "--suppress-health-check", "all", "--request-timeout", "30", "--continue-on-failure",
        "--generation-database", "none", "--no-color",
    ]
    done = subprocess.run(command, cwd=folder, timeout=900)
    # Still there, and still sound.
    with urllib.request.urlopen(f"{url}/readyz") as answer:
        answer.read()
sys.exit(done.returncode)
