// Incidents known to an area -> what the map draws, grouped, since many may be known only to the same area. An area never becomes a point; its badge only counts.

import type { FeatureCollection, MultiPolygon, Point, Polygon, Position } from 'geojson';
import type { Kind } from '../api/columns';
import type { Incident } from '../state/incident';
import { roomiest } from './shapes';

/** Beyond this radius a point is drawn paler, with a dashed edge. */
export const SOFT_M = 15_000;

export type AreaGroup = {
  key: number;
  ids: string[];
  /** How many; with `name`, the server's own outline, the ids are not here. */
  n: number;
  name?: string;
  kind: Kind | 'mixed';
  area: Polygon | MultiPolygon;
};

export function isSoft({ row }: Incident): boolean {
  return (row.radius_m ?? 0) > SOFT_M;
}

/** Largest areas first, so that a part is drawn over its country. */
export function areaGroups(incidents: readonly Incident[]): AreaGroup[] {
  const groups = new Map<string, { group: AreaGroup; size: number }>();
  for (const { id, kind, geometry, box } of incidents) {
    if (!geometry || geometry.type === 'Point' || !box) continue;
    const name = [box.west, box.south, box.east, box.north, corners(geometry)].join(' ');
    const known = groups.get(name);
    if (known) {
      known.group.ids.push(id);
      known.group.n += 1;
      if (known.group.kind !== kind) known.group.kind = 'mixed';
    } else {
      const size = (box.east - box.west) * (box.north - box.south);
      groups.set(name, { size, group: { key: groups.size, ids: [id], n: 1, kind, area: geometry } });
    }
  }
  return [...groups.values()].sort((a, b) => b.size - a.size).map(({ group }) => group);
}

export function areas(groups: readonly AreaGroup[]): FeatureCollection<Polygon | MultiPolygon> {
  return {
    type: 'FeatureCollection',
    features: groups.map(({ key, kind, area }) => ({ type: 'Feature', geometry: area, properties: { key, kind } })),
  };
}

const rooms = new WeakMap<object, Position>();

export function badges(groups: readonly AreaGroup[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: groups.map(({ key, kind, n, area }) => {
      const coordinates = rooms.get(area) ?? roomiest(area);
      rooms.set(area, coordinates);
      return {
        type: 'Feature',
        geometry: { type: 'Point', coordinates },
        properties: { key, kind, count: n },
      };
    }),
  };
}

function corners(area: Polygon | MultiPolygon): number {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates;
  return polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
}
