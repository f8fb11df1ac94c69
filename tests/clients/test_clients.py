"""Clients of others, as their users call them."""

import io
import pathlib
import sys
import unittest

import geopandas
import mapbox_vector_tile
import openapi_spec_validator
import pyogrio
import requests
from owslib.ogcapi.features import Features

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from serving import serving  # noqa: E402


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = serving()
        cls.url, _ = cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        whole = requests.get(f"{cls.url}/incidents.geojson", timeout=30).json()
        cls.features = whole["features"]

    def layer(self, kinds):
        return [f for f in self.features if (f["geometry"] or {}).get("type") in kinds]

    def test_owslib_finds_the_collections_and_reads_pages(self):
        api = Features(self.url)
        self.assertEqual(
            sorted(api.feature_collections()), ["incident_areas", "incidents", "incidents_unplaced"]
        )
        self.assertIn("/collections/{id}/items".replace("{id}", "incidents"), api.api()["paths"])
        self.assertIn("killed_min", api.collection_queryables("incidents")["properties"])
        points = self.layer({"Point"})
        self.assertGreater(len(points), 5)
        seen, offset = [], api.collection_items("incidents", limit=4)
        while True:
            seen.extend(f["id"] for f in offset["features"])
            following = [link for link in offset["links"] if link["rel"] == "next"]
            if not following:
                break
            offset = requests.get(following[0]["href"], timeout=30).json()
        self.assertEqual(sorted(seen), sorted(f["id"] for f in points))
        boxed = api.collection_items("incidents", bbox=[35, 32, 43, 38])
        inside = [
            f for f in points
            if 35 <= f["geometry"]["coordinates"][0] <= 43 and 32 <= f["geometry"]["coordinates"][1] <= 38
        ]
        self.assertEqual(boxed["numberMatched"], len(inside))
        filtered = api.collection_items("incidents", filter="type = 'airstrike'")
        strikes = [f for f in points if f["properties"]["type"] == "airstrike"]
        self.assertEqual(filtered["numberMatched"], len(strikes))
        self.assertGreater(len(strikes), 0)
        one = api.collection_item("incidents", strikes[0]["id"])
        self.assertEqual(one["properties"], strikes[0]["properties"])

    def test_geopandas_reads_the_address_and_the_downloads(self):
        frame = geopandas.read_file(f"{self.url}/incidents.geojson")
        self.assertEqual(len(frame), len(self.features))
        self.assertEqual(frame.crs.to_epsg(), 4326)
        points = self.layer({"Point"})
        for ending in ("gpkg", "fgb", "geojson", "geojsonl", "kml"):
            got = requests.get(f"{self.url}/downloads/incidents.{ending}", timeout=30)
            got.raise_for_status()
            layer = geopandas.read_file(io.BytesIO(got.content))
            self.assertEqual(len(layer), len(points), ending)
        got = requests.get(f"{self.url}/downloads/incidents.parquet", timeout=30)
        layer = geopandas.read_parquet(io.BytesIO(got.content))
        self.assertEqual(sorted(layer["incident_id"]), sorted(f["id"] for f in points))
        self.assertEqual(str(layer["killed_min"].dtype).lower(), "int64" if layer["killed_min"].notna().all() else "float64")

    def test_the_gdal_of_pyogrio_reads_the_collections(self):
        source = f"OAPIF:{self.url}"
        layers = {name for name, _ in pyogrio.list_layers(source)}
        self.assertEqual(layers, {"incidents", "incident_areas", "incidents_unplaced"})
        points = self.layer({"Point"})
        whole = pyogrio.read_dataframe(source, layer="incidents", PAGE_SIZE=3)
        self.assertEqual(sorted(whole["incident_id"]), sorted(f["id"] for f in points))
        boxed = pyogrio.read_dataframe(source, layer="incidents", bbox=(35, 32, 43, 38))
        self.assertTrue(0 < len(boxed) < len(points))
        strikes = pyogrio.read_dataframe(source, layer="incidents", where="type = 'airstrike'")
        self.assertEqual(set(strikes["type"]), {"airstrike"})
        days = pyogrio.read_dataframe(
            source, layer="incidents", where="date_start >= '2022-06-01' AND date_start <= '2022-06-30'"
        )
        self.assertTrue(all(str(day)[:7] == "2022-06" for day in days["date_start"]))
        self.assertGreater(len(days), 0)

    def test_tiles_hold_every_point_once(self):
        points = len(self.layer({"Point"}))
        for z in range(4):
            count = 0
            for x in range(2**z):
                for y in range(2**z):
                    got = requests.get(f"{self.url}/tiles/incidents/{z}/{x}/{y}.mvt", timeout=30)
                    tile = mapbox_vector_tile.decode(got.content) if got.content else {}
                    cells = tile.get("cells", {"features": []})["features"]
                    count += sum(cell["properties"]["count"] for cell in cells)
            self.assertEqual(count, points, f"zoom {z}")

    def test_the_api_is_valid_openapi(self):
        document = requests.get(f"{self.url}/api", timeout=30).json()
        openapi_spec_validator.validate(document, cls=openapi_spec_validator.OpenAPIV30SpecValidator)

    def test_an_interrupted_download_goes_on(self):
        address = f"{self.url}/downloads/incidents.csv"
        plain = {"Accept-Encoding": "identity"}
        whole = requests.get(address, headers=plain, timeout=30)
        begun = whole.content[:1000]
        rest = requests.get(
            address, timeout=30,
            headers=plain | {"Range": f"bytes={len(begun)}-", "If-Range": whole.headers["ETag"]},
        )
        self.assertEqual(rest.status_code, 206)
        self.assertEqual(begun + rest.content, whole.content)


if __name__ == "__main__":
    unittest.main()
