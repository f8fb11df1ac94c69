"""The recipes of docs/gis.md that are Python, run as they are written: the blocks of the page, the notebook, a workbook.

Run by scripts/wheel.sh with geopandas, duckdb and openpyxl in the environment.
"""

import contextlib
import importlib.util
import io
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import placetime

TOP = Path(__file__).resolve().parent.parent.parent
WANTED = ("geopandas", "duckdb", "openpyxl")


@unittest.skipUnless(all(importlib.util.find_spec(it) for it in WANTED), f"without {', '.join(WANTED)}")
class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.before = os.getcwd()
        os.chdir(cls.folder.name)
        program = placetime.program()
        samples = [str(path) for path in sorted((TOP / "samples").glob("*.txt"))]
        subprocess.run([program, "add", *samples], check=True, capture_output=True)
        for ending in ("geojson", "parquet", "xlsx"):
            subprocess.run([program, "export", "-o", f"incidents.{ending}"], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        os.chdir(cls.before)
        cls.folder.cleanup()

    def run_code(self, code, names=None):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, "recipe", "exec"), names if names is not None else {})
        return said.getvalue()

    def test_every_block_of_the_page(self):
        page = (TOP / "docs/gis.md").read_text(encoding="utf-8")
        blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        self.assertEqual(len(blocks), 2)
        notebook, duckdb = blocks
        # The page asks a server; the file is the same thing.
        said = self.run_code(notebook.replace("http://127.0.0.1:8080/", ""))
        self.assertRegex(said, r"^\d+ points, \d+ areas, \d+ not on the map")
        said = self.run_code(duckdb)
        self.assertIn("killed_at_least", said)
        self.assertIn("SY", said)

    def test_the_notebook(self):
        told = json.loads((TOP / "docs/incidents.ipynb").read_text(encoding="utf-8"))
        names = {}
        for cell in told["cells"]:
            if cell["cell_type"] == "code":
                self.assertEqual(cell["outputs"], [])
                self.run_code("".join(cell["source"]), names)
        circles, points = names["circles"], names["points"]
        self.assertEqual(len(circles), len(points))
        area = circles.to_crs("+proj=cea +units=m").area
        wanted = 3.14159 * points.radius_m**2
        self.assertTrue(((area / wanted) - 1).abs().max() < 0.02)
        self.assertEqual(names["told"].incidents.sum(), len(names["incidents"]))

    def test_a_workbook_has_days_and_numbers(self):
        import openpyxl

        rows = openpyxl.load_workbook("incidents.xlsx").active.iter_rows(values_only=True)
        head = next(rows)
        rows = [dict(zip(head, row)) for row in rows]
        whole = json.loads(Path("incidents.geojson").read_text(encoding="utf-8"))["features"]
        self.assertEqual(len(rows), len(whole))
        by_id = {row["incident_id"]: row for row in rows}
        dated = 0
        for feature in whole:
            told, row = feature["properties"], by_id[feature["id"]]
            self.assertEqual(row["killed_min"], told["killed_min"])
            if told["date_start"]:
                dated += 1
                self.assertEqual(row["date_start"].date().isoformat(), told["date_start"])
        self.assertGreater(dated, 5)


if __name__ == "__main__":
    unittest.main()
