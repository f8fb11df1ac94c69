"""A server on a free port with the samples in its store, gone when the block ends."""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PLACETIME_BIN", str(HERE / "target/debug/placetime"))


def placetime(data, *arguments):
    """Runs a command on a store; its standard output."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLACETIME_")}
    done = subprocess.run(
        [PROGRAM, "--data", str(data), *arguments],
        env=environment, capture_output=True, text=True, check=True,
    )
    return done.stdout


@contextlib.contextmanager
def serving(*options):
    """Yields the address of the server and the folder of its store."""
    with tempfile.TemporaryDirectory() as folder:
        samples = sorted(str(p) for p in (HERE / "samples").glob("*.txt"))
        placetime(folder, "add", *samples)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PLACETIME_")}
        server = subprocess.Popen(
            [PROGRAM, "--data", folder, "serve", "--listen", "127.0.0.1:0", *options],
            env=environment, stderr=subprocess.PIPE, text=True,
        )
        try:
            line = server.stderr.readline()
            found = re.search(r"http://[0-9.:]+", line)
            if not found:
                raise RuntimeError(f"the server did not start: {line}")
            yield found.group(), pathlib.Path(folder)
        finally:
            server.terminate()
            server.communicate(timeout=20)
