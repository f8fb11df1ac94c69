#!/usr/bin/env python3
"""What is inside a release, as CycloneDX 1.5 JSON on standard output.

The crates are those that Cargo builds into the program for Linux (`cargo metadata`: normal and build dependencies, no
test ones), each with version, licence and the checksum of its source; the packages are those of the page's
package-lock.json that are not for development only. Python 3, standard library only.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
TARGET = "x86_64-unknown-linux-gnu"


def checksums():
    """SHA-256 of each crate's source, as Cargo.lock has it."""
    found, name, version = {}, None, None
    for line in (TOP / "Cargo.lock").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(" = ")
        value = value.strip('"')
        if key == "name":
            name = value
        elif key == "version":
            version = value
        elif key == "checksum":
            found[name, version] = value
    return found


def crates():
    asked = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]
    told = json.loads(subprocess.run(asked, cwd=TOP, check=True, capture_output=True, text=True).stdout)
    packages = {it["id"]: it for it in told["packages"]}
    nodes = {it["id"]: it for it in told["resolve"]["nodes"]}
    root = told["resolve"]["root"]
    reached, waiting = {root}, [root]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            used = any(kind["kind"] in (None, "build") for kind in dependency["dep_kinds"])
            if used and dependency["pkg"] not in reached:
                reached.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    sums = checksums()
    reference = {key: f"pkg:cargo/{packages[key]['name']}@{packages[key]['version']}" for key in reached}
    components, dependencies = [], []
    for key in sorted(reached, key=reference.get):
        it = packages[key]
        after = [reference[d["pkg"]] for d in nodes[key]["deps"] if d["pkg"] in reached]
        dependencies.append({"ref": reference[key], "dependsOn": sorted(after)})
        if key == root:
            continue
        component = {
            "type": "library",
            "bom-ref": reference[key],
            "name": it["name"],
            "version": it["version"],
            "purl": reference[key],
        }
        if it.get("license"):
            component["licenses"] = [{"expression": it["license"].replace("/", " OR ")}]
        if (it["name"], it["version"]) in sums:
            component["hashes"] = [{"alg": "SHA-256", "content": sums[it["name"], it["version"]]}]
        components.append(component)
    return packages[root], reference[root], components, dependencies


def packages():
    lock = json.loads((TOP / "web/package-lock.json").read_text(encoding="utf-8"))
    for path, it in sorted(lock["packages"].items()):
        # Development packages build the page and are not in it; Natural Earth's outlines by way of world-atlas are.
        name = path.rpartition("node_modules/")[2]
        if not name or (it.get("dev") and name != "world-atlas") or it.get("optional"):
            continue
        purl = f"pkg:npm/{name.replace('@', '%40')}@{it['version']}"
        component = {"type": "library", "bom-ref": purl, "name": name, "version": it["version"], "purl": purl}
        if it.get("license"):
            component["licenses"] = [{"expression": it["license"]}]
        yield component


def main():
    root, reference, components, dependencies = crates()
    components += packages()
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": root["name"],
                "version": root["version"],
                "purl": reference,
                "licenses": [{"expression": root["license"]}],
            },
            # Of the release, not of the moment: the same tree gives the same bytes.
            "properties": [{"name": "placetime:commit", "value": os.environ.get("COMMIT", "unknown")}],
        },
        "components": components,
        "dependencies": dependencies,
    }
    json.dump(told, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
