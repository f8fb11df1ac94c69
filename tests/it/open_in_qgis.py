"""Opens files with QGIS, without a screen: LAYER-URI EXPECTED-COUNT pairs, --style GPKG, --project QGZ PNG, --live URL,
or --server URL PNG: the OGC API layer page by page and the vector tiles, counted and drawn into pictures."""
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsCoordinateReferenceSystem,
    QgsRectangle,
    QgsSymbolLayer,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402


def drawn(layers, box, crs, size=400):
    """The layers over a white ground, as a picture."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    settings.setExtent(QgsRectangle(*box))
    settings.setOutputSize(QSize(size, size))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def inked(image):
    """Pixels that are not white."""
    white = QColor("white").rgb()
    return sum(
        image.pixel(x, y) != white for x in range(image.width()) for y in range(image.height())
    )

application = QgsApplication([], False)
application.initQgis()
arguments = sys.argv[1:]
if arguments[0] == "--project":
    project = QgsProject.instance()
    print("read", project.read(arguments[1]))
    layers = {it.id(): it for it in project.mapLayers().values()}
    for name, layer in sorted(layers.items()):
        print(name, layer.isValid(), layer.featureCount(), layer.temporalProperties().isActive())
    settings = QgsMapSettings()
    # In the order of the legend: what stands on top is drawn last.
    settings.setLayers([it.layer() for it in project.layerTreeRoot().findLayers() if it.layer().isSpatial()])
    extent = QgsRectangle(layers["placetime_incidents"].extent())
    extent.combineExtentWith(layers["placetime_incident_areas"].extent())
    extent.grow(1)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(800, 600))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(arguments[2])
    colours = {image.pixel(x, y) for x in range(0, 800, 2) for y in range(0, 600, 2)}
    print("colours", len(colours))
elif arguments[0] == "--live":
    base = arguments[1]
    whole = QgsVectorLayer(f"/vsicurl/{base}/incidents.geojson", "by URL", "ogr")
    print("by URL", whole.isValid(), sum(1 for _ in whole.getFeatures()))
    for name in ("incidents", "incident_areas", "incidents_unplaced"):
        layer = QgsVectorLayer(f"url='{base}/' typename='{name}' pagingEnabled='true'", name, "OAPIF")
        found = list(layer.getFeatures())
        print(name, layer.isValid(), len(found), layer.wkbType() if found else "")
elif arguments[0] == "--style":
    layer = QgsVectorLayer(arguments[1] + "|layername=incidents", "incidents", "ogr")
    layer.loadDefaultStyle()
    temporal = layer.temporalProperties()
    categories = layer.renderer().categories()
    symbol = categories[0].symbol().clone()
    size = symbol.symbolLayer(0).dataDefinedProperties().property(QgsSymbolLayer.PropertySize)
    print("categories", len(categories))
    print("time", temporal.isActive(), temporal.startField(), temporal.endField())
    print("size", size.expressionString(), "unit", int(symbol.symbolLayer(0).sizeUnit()))
elif arguments[0] == "--server":
    url, picture = arguments[1], arguments[2]
    for name in ("incidents", "incident_areas", "incidents_unplaced"):
        uri = f" url='{url}/' typename='{name}' pageSize='2' pagingEnabled='true'"
        layer = QgsVectorLayer(uri, name, "OAPIF")
        rows = list(layer.getFeatures()) if layer.isValid() else []
        fields = {f.name(): f.typeName() for f in layer.fields()}
        print(name, layer.isValid(), len(rows), layer.crs().authid(), fields.get("killed_min"))
        if name == "incidents":
            points = layer
    box = QgsRectangle(36, 31, 43, 38)
    near = list(points.getFeatures(QgsFeatureRequest().setFilterRect(box)))
    print("near", len(near))
    wide = (35, 31, 43, 38)
    image = drawn([points], wide, "EPSG:4326")
    print("points inked", inked(image))
    image.save(picture + ".layer.png")
    for zoom in ("cells", "points"):
        extreme = "zmin=0&zmax=6" if zoom == "cells" else "zmin=7&zmax=14"
        tiles = QgsVectorTileLayer(
            f"type=xyz&url={url}/tiles/incidents/{{z}}/{{x}}/{{y}}.mvt&{extreme}", "tiles"
        )
        mercator = (3_900_000, 3_600_000, 4_900_000, 4_600_000)
        image = drawn([tiles], mercator, "EPSG:3857")
        print(zoom, "tiles", tiles.isValid(), "inked", inked(image))
        image.save(f"{picture}.{zoom}.png")
else:
    for uri, expected in zip(arguments[::2], arguments[1::2]):
        layer = QgsVectorLayer(uri, "layer", "ogr")
        count = layer.featureCount()
        if count < 0:
            count = sum(1 for _ in layer.getFeatures())
        print(uri.rsplit("/", 1)[-1], layer.isValid(), count, "expected", expected)
        if not layer.isValid() or count != int(expected):
            sys.stdout.flush()
            os._exit(1)
sys.stdout.flush()
# QGIS takes its objects down in an order that Python does not know.
os._exit(0)
