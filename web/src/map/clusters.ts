// Points -> what stands on the map at one zoom: single pins, and clusters with the shares of their kinds.
//
// Made here and not by the map library, which would be sent every point again with each change of a filter: fifty
// thousand points take a few milliseconds, and only what may be seen is handed over.

import type { Feature, FeatureCollection, Point } from 'geojson';
import { KINDS, type Kind } from '../api/columns';
import { type Box, type Incident, seen } from '../state/incident';
import { isSoft } from './marks';

/** Marks nearer than this would cover one another. */
export const CLUSTER_PX = 30;

/** Side of the world at zoom 0, as the map library has it. */
const WORLD_PX = 512;

/** The farthest from the equator that Web Mercator goes. */
const LAT_MAX = 85.0511;

/** `turn`: the clustering that has taken it last, which is cheaper to look at than a set. */
type Spot = { incident: Incident; x: number; y: number; turn: number };

export type Cluster = { members: readonly Incident[]; lon: number; lat: number };

const spots = new WeakMap<Incident, Spot>();
let turns = 0;

/** Where a point lies in the world's square, 0 to 1. */
function spotOf(incident: Incident): Spot | null {
  if (incident.geometry?.type !== 'Point') return null;
  const known = spots.get(incident);
  if (known) return known;
  const [lon = 0, lat = 0] = incident.geometry.coordinates;
  const sin = Math.sin((Math.max(-LAT_MAX, Math.min(LAT_MAX, lat)) * Math.PI) / 180);
  const spot = { incident, x: lon / 360 + 0.5, y: 0.5 - (0.25 * Math.log((1 + sin) / (1 - sin))) / Math.PI, turn: 0 };
  spots.set(incident, spot);
  return spot;
}

/** The clusters of a whole zoom, of what may be seen in `box`; one member is a pin. The same for the same points. */
export function clustered(incidents: readonly Incident[], zoom: number, box: Box | null): Cluster[] {
  const near = CLUSTER_PX / (WORLD_PX * 2 ** Math.floor(zoom));
  const columns = Math.ceil(1 / near) + 3;
  const cells = new Map<number, Spot[]>();
  const cellOf = (spot: Spot): number => Math.floor(spot.y / near) * columns + Math.floor(spot.x / near);
  const all: Spot[] = [];
  const everywhere = box === null || box.east - box.west >= 360;
  for (const it of incidents) {
    const spot = spotOf(it);
    if (
      !spot ||
      (box && it.box && !(everywhere ? it.box.south <= box.north && it.box.north >= box.south : seen(it.box, box)))
    )
      continue;
    all.push(spot);
    const cell = cellOf(spot);
    const others = cells.get(cell);
    if (others) others.push(spot);
    else cells.set(cell, [spot]);
  }
  turns += 1;
  const turn = turns;
  const found: Cluster[] = [];
  for (const spot of all) {
    if (spot.turn === turn) continue;
    const members: Spot[] = [];
    const middle = cellOf(spot);
    for (const row of [-columns, 0, columns]) {
      for (const column of [-1, 0, 1]) {
        const cell = cells.get(middle + row + column);
        if (!cell) continue;
        const left: Spot[] = [];
        for (const other of cell) {
          const [dx, dy] = [other.x - spot.x, other.y - spot.y];
          if (dx * dx + dy * dy < near * near) {
            members.push(other);
            other.turn = turn;
          } else left.push(other);
        }
        // What is taken is not looked at again: a thousand points on one spot cost a thousand steps.
        if (left.length < cell.length) cells.set(middle + row + column, left);
      }
    }
    found.push(placed(members));
  }
  return found;
}

function placed(members: readonly Spot[]): Cluster {
  let [x, y] = [0, 0];
  for (const it of members) {
    x += it.x / members.length;
    y += it.y / members.length;
  }
  return {
    members: members.map((it) => it.incident),
    lon: (x - 0.5) * 360,
    lat: (360 / Math.PI) * Math.atan(Math.exp((1 - 2 * y) * Math.PI)) - 90,
  };
}

/** The zoom at which a cluster parts; null when it does not before `most`, as with points on one spot. */
export function partsAt({ members }: Cluster, from: number, most: number): number | null {
  for (let zoom = Math.floor(from) + 1; zoom <= most; zoom++)
    if (clustered(members, zoom, null).length > 1) return zoom;
  return null;
}

export function drawn(clusters: readonly Cluster[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: clusters.map(({ members, lon, lat }, key): Feature<Point> => {
      const [only] = members;
      if (only && members.length === 1) {
        // A pin stands exactly where its incident does.
        const geometry = only.geometry as Point;
        return { type: 'Feature', geometry, properties: { id: only.id, kind: only.kind, soft: isSoft(only) } };
      }
      const shares = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
      for (const it of members) shares[it.kind] += 1;
      return {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [lon, lat] },
        properties: { key, point_count: members.length, ...shares },
      };
    }),
  };
}

/** The part of the world to make marks for: what is seen, and as much again on every side. */
export function roomAround({ west, south, east, north }: Box): Box {
  const [width, height] = [east - west, north - south];
  return { west: west - width, east: east + width, south: south - height, north: north + height };
}
