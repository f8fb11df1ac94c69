// Doubt as a shape on the globe: the circle round a point, and where in an area its count may stand.

import type { MultiPolygon, Polygon, Position } from 'geojson';
import type { Place } from '../api/columns';

/** Mean radius of the Earth (IUGG). */
const EARTH_M = 6_371_008.8;

const CORNERS = 128;

/** As far as Web Mercator goes. */
const LAT_MAX = 85.0511;

const rad = (degrees: number): number => (degrees * Math.PI) / 180;
const deg = (radians: number): number => (radians * 180) / Math.PI;

/** Great-circle distance. */
export function distance_m([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const [a, b] = [rad(lat1 ?? 0), rad(lat2 ?? 0)];
  const half =
    Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(rad((lon2 ?? 0) - (lon1 ?? 0)) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/**
 * All points at `radius_m` from a centre. Longitudes run on past ±180 rather than jump, which the map draws
 * as one circle; a circle that holds a pole is closed along the map's upper or lower edge.
 */
export function circle(lon: number, lat: number, radius_m: number): Polygon {
  const reach = Math.min(radius_m / EARTH_M, Math.PI * 0.999);
  const ring: Position[] = [];
  let before = lon;
  for (let i = 0; i <= CORNERS; i++) {
    const bearing = (-2 * Math.PI * i) / CORNERS;
    const phi = Math.asin(
      Math.sin(rad(lat)) * Math.cos(reach) + Math.cos(rad(lat)) * Math.sin(reach) * Math.cos(bearing),
    );
    const east = Math.atan2(
      Math.sin(bearing) * Math.sin(reach) * Math.cos(rad(lat)),
      Math.cos(reach) - Math.sin(rad(lat)) * Math.sin(phi),
    );
    let at = lon + deg(east);
    while (at - before > 180) at -= 360;
    while (at - before < -180) at += 360;
    before = at;
    ring.push([at, Math.max(-LAT_MAX, Math.min(LAT_MAX, deg(phi)))]);
  }
  const [first, last] = [ring[0], ring.at(-1)];
  if (first && last && Math.abs((last[0] ?? 0) - (first[0] ?? 0)) > 180) {
    const pole = lat > 0 ? LAT_MAX : -LAT_MAX;
    ring.push([last[0] ?? 0, pole], [first[0] ?? 0, pole], first);
  } else if (first) {
    ring[ring.length - 1] = first;
  }
  return { type: 'Polygon', coordinates: [ring] };
}

/** A point well inside the largest part of an area, found on a grid. Only for writing a number there. */
export function roomiest(area: Polygon | MultiPolygon): Position {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates;
  const largest = polygons.reduce<Position[][]>(
    (best, it) => (size(it[0]) > size(best[0]) ? it : best),
    polygons[0] ?? [],
  );
  const outer = largest[0] ?? [];
  const lons = outer.map(([lon]) => lon ?? 0);
  const lats = outer.map(([, lat]) => lat ?? 0);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const squeeze = Math.cos(rad((south + north) / 2));
  const steps = 20;
  let best: { at: Position; room: number } = { at: [(west + east) / 2, (south + north) / 2], room: -1 };
  for (let i = 1; i < steps; i++) {
    for (let j = 1; j < steps; j++) {
      const at: Position = [west + ((east - west) * i) / steps, south + ((north - south) * j) / steps];
      if (!inside(at, largest)) continue;
      const room = Math.min(...largest.map((ring) => clearance(at, ring, squeeze)));
      if (room > best.room) best = { at, room };
    }
  }
  return best.at;
}

/** Whether an area holds a position. */
export function holds(area: Place, at: Position): boolean {
  if (area.type === 'Point') return false;
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates;
  return polygons.some((polygon) => inside(at, polygon));
}

function inside([x = 0, y = 0]: Position, polygon: Position[][]): boolean {
  let within = false;
  for (const ring of polygon) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi = 0, yi = 0] = ring[i] ?? [];
      const [xj = 0, yj = 0] = ring[j] ?? [];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
    }
  }
  return within;
}

/** Distance from a position to the nearest side of a ring, in degrees of latitude. */
function clearance([x = 0, y = 0]: Position, ring: Position[], squeeze: number): number {
  let least = Infinity;
  for (let i = 0; i + 1 < ring.length; i++) {
    const ax = ((ring[i]?.[0] ?? 0) - x) * squeeze;
    const ay = (ring[i]?.[1] ?? 0) - y;
    const dx = ((ring[i + 1]?.[0] ?? 0) - x) * squeeze - ax;
    const dy = (ring[i + 1]?.[1] ?? 0) - y - ay;
    const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
  }
  return least;
}

function size(ring: Position[] | undefined): number {
  let sum = 0;
  for (let i = 0; ring && i + 1 < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? [];
    sum += x1 * y2 - x2 * y1;
  }
  return Math.abs(sum);
}
