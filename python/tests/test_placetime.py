"""The installed package, as a notebook uses it. Run with the environment's own Python."""

import importlib.util
import tempfile
import unittest
import warnings
from pathlib import Path

import placetime

REPORT = (
    "Russian jets carried out airstrikes on the al-Tanf garrison in Syria on Wednesday. Three people were killed."
)


def features(found):
    """Properties of each incident, whichever form `read` gave."""
    if isinstance(found, dict):
        return [f["properties"] for f in found["features"]]
    return found.to_dict("records")


class Package(unittest.TestCase):
    def test_the_program_is_the_one_of_this_environment(self):
        import sysconfig

        self.assertEqual(Path(placetime.program()).parent, Path(sysconfig.get_path("scripts")))

    def test_resolve(self):
        best = placetime.resolve("70 km northeast of al-Tanf", country="SY", limit=3)[0]
        self.assertGreater(best["radius_m"], 5_000)
        self.assertGreater(best["lat"], 33.6)
        near = placetime.resolve("Tripoli", near=(32.9, 13.2))[0]
        self.assertEqual(near["country"], "LY")

    def test_read_a_text(self):
        found = features(placetime.read(placetime.Text(REPORT, published="2022-06-18")))
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0]["date_start"], "2022-06-15")

    def test_read_files_merges(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for name in ("a.txt", "b.txt"):
                path = Path(folder) / name
                path.write_text(REPORT.replace("jets", "aircraft" if name == "b.txt" else "jets"), encoding="utf-8")
                paths.append(path)
            found = features(placetime.read(*paths, published="2022-06-18"))
        self.assertEqual(len(found), 1)

    def test_a_frame_where_geopandas_is(self):
        found = placetime.read(placetime.Text(REPORT, published="2022-06-18"))
        if importlib.util.find_spec("geopandas") is None:
            self.assertEqual(found["type"], "FeatureCollection")
        else:
            self.assertEqual(found.crs.to_epsg(), 4326)
            self.assertEqual(found.geometry.iloc[0].geom_type, "Point")

    def test_places_in_text(self):
        marked = placetime.annotate_places("Shelling was heard in Aleppo and التنف.")
        self.assertEqual(marked[0]["surface"], "Aleppo")

    def test_errors_are_sentences(self):
        with self.assertRaisesRegex(placetime.PlacetimeError, "missing.txt"):
            placetime.read("missing.txt")
        with self.assertRaises(ValueError):
            placetime.read()

    def test_notices_are_warnings(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            placetime.read(placetime.Text("Nothing to see here.", published="not a day"))
        self.assertTrue(any(issubclass(w.category, placetime.Notice) for w in caught))


if __name__ == "__main__":
    unittest.main()
