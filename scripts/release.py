#!/usr/bin/env python3
"""Everything a release consists of, into target/dist, with a table of sizes.

    scripts/release.py            all of it
    scripts/release.py --check    measure and check what is there; build nothing

- the program for Linux, linked statically: for musl where this toolchain has its standard library
  (`rustup target add x86_64-unknown-linux-musl`), else for glibc with `+crt-static`; with README and licences as .tar.gz
- the Debian package and the Python wheel (under 25 MB)
- sbom.cdx.json: what is inside (CycloneDX)
- NOTES.md: the part of CHANGELOG.md on this version
- SHA256SUMS over all of them

The time to a first answer is the median of 21 runs of `resolve`. Nothing is uploaded.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target"))
DIST = TARGET / "dist"
MUSL, GNU = "x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"
WHEEL_BYTES_MAX = 25_000_000
START_MS_MAX = 50
RUNS = 21


def run(command, **more):
    print("==", " ".join(str(part) for part in command), flush=True)
    subprocess.run(command, cwd=TOP, check=True, **more)


def static_target():
    """The target, and how it is linked."""
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], check=True, capture_output=True, text=True).stdout.strip()
    if (Path(sysroot) / "lib/rustlib" / MUSL / "lib").is_dir() and shutil.which("musl-gcc"):
        return MUSL, "musl"
    return GNU, "glibc, +crt-static (no standard library for musl here)"


def program(target):
    flags = f"{os.environ.get('RUSTFLAGS', '')} -C target-feature=+crt-static".strip()
    run(["cargo", "build", "--release", "--locked", "--target", target], env={**os.environ, "RUSTFLAGS": flags})
    return TARGET / target / "release/placetime"


def archive(binary, version):
    """A tar archive whose bytes depend on the contents only."""
    name = f"placetime-{version}-x86_64-linux"
    path = DIST / f"{name}.tar.gz"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.GNU_FORMAT) as out:
        for file, mode in [(binary, 0o755), *((TOP / n, 0o644) for n in ("README.md", "CHANGELOG.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE"))]:
            info = tarfile.TarInfo(f"{name}/{file.name}")
            info.size, info.mode = file.stat().st_size, mode
            with open(file, "rb") as data:
                out.addfile(info, data)
    path.write_bytes(gzip.compress(tar.getvalue(), 9, mtime=0))
    return path


def notes(version):
    """What CHANGELOG.md says of this version; what is not released yet where it has no part of its own."""
    text = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = {part.partition("\n")[0].strip(): part.partition("\n")[2] for part in text.split("\n## ")[1:]}
    found = next((body for head, body in parts.items() if head.lstrip("[").startswith(version)), parts.get("Unreleased"))
    if not found:
        sys.exit(f"CHANGELOG.md has no part on {version}, nor on what is unreleased")
    (DIST / "NOTES.md").write_text(f"# Placetime {version}\n\n{found.strip()}\n", encoding="utf-8")


def linked(binary):
    said = subprocess.run(["ldd", binary], capture_output=True, text=True)
    text = said.stdout + said.stderr
    return "static" if "statically linked" in text or "not a dynamic executable" in text else "dynamic"


def start_ms(binary):
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run([binary, "resolve", "al-Tanf"], check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def check(version):
    """The table; what is missing or too large ends the script."""
    wrong = []
    with tarfile.open(DIST / f"placetime-{version}-x86_64-linux.tar.gz") as whole:
        whole.extractall(DIST / "look", filter="data")
    binary = DIST / f"look/placetime-{version}-x86_64-linux/placetime"
    how, first = linked(binary), start_ms(binary)
    size = binary.stat().st_size
    shutil.rmtree(DIST / "look")
    if how != "static":
        wrong.append("the program is not linked statically")
    if first > START_MS_MAX:
        wrong.append(f"the first answer takes {first:.0f} ms; {START_MS_MAX} are allowed")
    wheels = list(DIST.glob("*.whl"))
    if len(wheels) != 1 or wheels[0].stat().st_size > WHEEL_BYTES_MAX:
        wrong.append(f"there is no wheel under {WHEEL_BYTES_MAX} bytes")
    sbom = json.loads((DIST / "sbom.cdx.json").read_text(encoding="utf-8"))
    unnamed = [it["name"] for it in sbom["components"] if not it.get("licenses")]
    if unnamed or len(sbom["components"]) < 100:
        wrong.append(f"the list of contents is not whole: {len(sbom['components'])} parts, without licence {unnamed}")
    for line in (DIST / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        told, name = line.split("  ")
        if hashlib.sha256((DIST / name).read_bytes()).hexdigest() != told:
            wrong.append(f"{name} does not fit its checksum")
    print("\n| file | bytes |\n| --- | ---: |")
    for file in sorted(DIST.iterdir()):
        print(f"| {file.name} | {file.stat().st_size} |")
    print(f"\nprogram: {size} bytes, linked {how}; first answer (`resolve al-Tanf`) {first:.1f} ms; {len(sbom['components'])} parts inside")
    for why in wrong:
        print(f"WRONG: {why}")
    sys.exit(1 if wrong else 0)


def main():
    version = tomllib.loads((TOP / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
    if "--check" in sys.argv:
        check(version)
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    target, how = static_target()
    print(f"the program is linked for {how}")
    archive(program(target), version)
    run(["cargo", "build", "--release", "--locked"])
    run(["scripts/deb.sh", "build"])
    run(["scripts/wheel.sh", "build"])
    for made in [*(TARGET / "debian").glob("*.deb"), *(TARGET / "wheels").glob("*.whl")]:
        shutil.copy2(made, DIST)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=TOP, capture_output=True, text=True).stdout.strip()
    with open(DIST / "sbom.cdx.json", "w", encoding="utf-8") as out:
        run(["scripts/sbom.py"], stdout=out, env={**os.environ, "COMMIT": commit or "unknown"})
    notes(version)
    files = sorted(file for file in DIST.iterdir() if file.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (DIST / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    check(version)


if __name__ == "__main__":
    main()
