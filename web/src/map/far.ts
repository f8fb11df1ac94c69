// The server's tiles as marks: MapLibre fetches and keeps them, grid.ts gathers what they hold.

import type { GeoJSONSource, Map as GlMap } from 'maplibre-gl';
import { type Square, squares, squaresDrawn } from './grid';

/** The deepest tiles the server makes. */
const TILES_ZOOM_MAX = 14;

const LAYERS = ['cells', 'incidents'];

export type Far = { ask: (filter: string | null) => void; squares: () => readonly Square[] };

export function far(map: GlMap, points: () => GeoJSONSource): Far {
  let asked: string | null = null;
  let all: readonly Square[] = [];
  let drawn = '';

  const gather = (): void => {
    if (asked === null || !map.isSourceLoaded('many')) return;
    const told = LAYERS.flatMap((sourceLayer) => map.querySourceFeatures('many', { sourceLayer }));
    all = squares(told, map.getZoom());
    const now = squaresDrawn(all);
    const text = JSON.stringify(now);
    if (text === drawn) return;
    drawn = text;
    points().setData(now);
  };
  map.on('sourcedata', (event) => event.sourceId === 'many' && gather());
  map.on('idle', gather);

  const ask = (filter: string | null): void => {
    if (filter === asked) return;
    asked = filter;
    drawn = '';
    if (filter === null) {
      for (const id of LAYERS) map.removeLayer(id);
      map.removeSource('many');
      return;
    }
    const tiles = [`${new URL('tiles/incidents/', document.baseURI).href}{z}/{x}/{y}.mvt${filter && `?${filter}`}`];
    const known = map.getSource('many') as { setTiles?: (to: string[]) => void } | undefined;
    if (known) known.setTiles?.(tiles);
    else {
      map.addSource('many', { type: 'vector', tiles, maxzoom: TILES_ZOOM_MAX });
      // Nothing is drawn of them; without a layer they would not be fetched.
      for (const id of LAYERS)
        map.addLayer({ id, type: 'circle', source: 'many', 'source-layer': id, paint: { 'circle-opacity': 0 } });
    }
  };
  return { ask, squares: () => all };
}
