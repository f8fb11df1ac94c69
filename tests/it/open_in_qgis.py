"""Opens files with QGIS, without a screen: LAYER-URI EXPECTED-COUNT pairs, or --style GPKG."""
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import QgsApplication, QgsSymbolLayer, QgsVectorLayer  # noqa: E402

application = QgsApplication([], False)
application.initQgis()
arguments = sys.argv[1:]
if arguments[0] == "--style":
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
