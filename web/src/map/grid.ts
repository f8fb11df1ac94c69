// Tiles -> marks, where the server holds the incidents: counts and points of the tiles gathered into squares of the
// screen. A square's edges are edges of the tiles' cells too, so that its list is asked for by its box, exactly.

import type { Feature, FeatureCollection, Point } from 'geojson';
import { KINDS, type Kind } from '../api/columns';
import type { Box } from '../state/incident';
import { SOFT_M } from './marks';

/** Side of a square: four cells of a tile. */
const SQUARE_PX = 64;

/** Side of the world at zoom 0, as the map library has it. */
const WORLD_PX = 512;

/** A point or a cell of a tile. */
type Told = { geometry: { type: string }; properties: Record<string, unknown> | null };

export type Square = {
  n: number;
  kinds: Record<Kind, number>;
  /** Weighted middle. */
  lon: number;
  lat: number;
  box: Box;
  /** Where the square holds a single point of a tile. */
  only: { id: string; kind: Kind; soft: boolean } | null;
  /** All of it lies on one spot, so that zooming would promise in vain. */
  one: boolean;
};

const lonOf = (x: number): number => (x - 0.5) * 360;
const latOf = (y: number): number => (360 / Math.PI) * Math.atan(Math.exp((1 - 2 * y) * Math.PI)) - 90;

/** The squares of a whole zoom. A cell counts `count` incidents, a point one. */
export function squares(told: readonly Told[], zoom: number): Square[] {
  const side = 2 ** Math.floor(zoom) * (WORLD_PX / SQUARE_PX);
  const found = new Map<number, Square>();
  for (const { geometry, properties } of told) {
    if (geometry.type !== 'Point') continue;
    const [lon = 0, lat = 0] = (geometry as Point).coordinates;
    const it = properties ?? {};
    const n = typeof it.count === 'number' ? it.count : 1;
    const sin = Math.sin((lat * Math.PI) / 180);
    const x = lon / 360 + 0.5;
    const y = 0.5 - (0.25 * Math.log((1 + sin) / (1 - sin))) / Math.PI;
    const [column, row] = [Math.floor(x * side), Math.floor(y * side)];
    const key = row * side + column;
    let square = found.get(key);
    if (!square) {
      square = {
        n: 0,
        kinds: Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>,
        lon,
        lat,
        box: {
          west: lonOf(column / side),
          east: lonOf((column + 1) / side),
          north: latOf(row / side),
          south: latOf((row + 1) / side),
        },
        only: null,
        one: true,
      };
      found.set(key, square);
    } else if (square.lon !== lon || square.lat !== lat) square.one = false;
    const kind = KINDS.find((one) => one === it.kind) ?? 'other';
    square.only =
      square.n === 0 && typeof it.id === 'string' ? { id: it.id, kind, soft: Number(it.radius_m) > SOFT_M } : null;
    if (typeof it.count === 'number') {
      // A cell is wide: what is in it may part.
      square.one = false;
      for (const one of KINDS) square.kinds[one] += Number(it[one]) || 0;
    } else square.kinds[kind] += 1;
    square.lon += ((lon - square.lon) * n) / (square.n + n);
    square.lat += ((lat - square.lat) * n) / (square.n + n);
    square.n += n;
  }
  return [...found.values()];
}

/** As `drawn` of clusters.ts draws. */
export function squaresDrawn(all: readonly Square[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: all.map(
      ({ n, kinds, lon, lat, only }, key): Feature<Point> => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [lon, lat] },
        properties: only ? { ...only } : { key, point_count: n, ...kinds },
      }),
    ),
  };
}
