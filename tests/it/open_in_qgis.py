"""Opens files with QGIS, without a screen: LAYER-URI EXPECTED-COUNT pairs, --style GPKG, --project QGZ PNG, or --live URL."""
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsSymbolLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402

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
    extent = QgsRectangle(layers["incidents"].extent())
    extent.combineExtentWith(layers["incident_areas"].extent())
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
