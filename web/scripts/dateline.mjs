// Rings that cross the date line, made whole again or cut in two.
//
// `world-atlas` stitches its countries across 180°: such a ring jumps from +180 to -180 between two of its
// points, and a plain reader draws that jump as a streak round the world. In: rings of [lon, lat]. Out: the
// same rings with longitudes that never jump (`unrolled`), or polygons cut at ±180° (`cut`).
// No file and no map library here.

/** Longitudes made continuous: each point lies less than half a turn from the one before. */
export function unrolledLine(line) {
  let turn = 0;
  let before = line[0][0];
  return line.map(([lon, lat]) => {
    if (lon - before > 180) turn -= 360;
    else if (lon - before < -180) turn += 360;
    before = lon;
    return [lon + turn, lat];
  });
}

/** A polygon whose rings are continuous and lie in the same turn as its outer ring. */
export function unrolled(rings) {
  const outer = closedOverPole(unrolledLine(rings[0]));
  const [west, east] = span(outer);
  const holes = rings.slice(1).map((hole) => {
    const line = unrolledLine(hole);
    const middle = (span(line)[0] + span(line)[1]) / 2;
    const shift = Math.round(((west + east) / 2 - middle) / 360) * 360;
    return line.map(([lon, lat]) => [lon + shift, lat]);
  });
  return [outer, ...holes];
}

/** Polygons cut at ±180°, every piece within [-180, 180]. Holes are kept with the piece they lie in. */
export function cut(rings) {
  const whole = unrolled(rings);
  const pieces = [];
  for (const turn of [-360, 0, 360]) {
    const shifted = whole.map((ring) => ring.map(([lon, lat]) => [lon - turn, lat]));
    const [west, east] = span(shifted[0]);
    if (east <= -180 || west >= 180) continue;
    const outers = within(shifted[0]);
    const holes = shifted.slice(1).flatMap(within);
    for (const outer of outers) {
      const own = holes.filter((hole) => inside(hole[0], outer));
      pieces.push([outer, ...own]);
    }
  }
  return pieces;
}

/** Whether a point lies in a ring (even-odd rule). */
export function inside([x, y], ring) {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

/** Twice the signed area: positive when the ring runs against the clock. */
export function signedArea(ring) {
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) sum += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  return sum;
}

function span(ring) {
  let west = Infinity;
  let east = -Infinity;
  for (const [lon] of ring) {
    if (lon < west) west = lon;
    if (lon > east) east = lon;
  }
  return [west, east];
}

/**
 * A ring that runs once round the globe (Antarctica) ends a full turn from where it began. It is turned so
 * that it begins at the date line, then led along ±180° to the pole and back.
 */
function closedOverPole(line) {
  const turn = line.at(-1)[0] - line[0][0];
  if (Math.abs(turn) < 180) return line;
  const eastward = turn > 0;
  // One pass round the globe from -180 to 180, whatever the ring's own start.
  const points = line.slice(0, -1).map(([lon, lat]) => [((((lon + 180) % 360) + 360) % 360) - 180, lat]);
  const ordered = eastward ? points : points.reverse();
  let start = 0;
  for (let i = 1; i < ordered.length; i++) if (ordered[i - 1][0] - ordered[i][0] > 180) start = i;
  const round = [...ordered.slice(start), ...ordered.slice(0, start)];
  const edge = (round[0][1] + round.at(-1)[1]) / 2;
  const pole = edge < 0 ? -90 : 90;
  return [[-180, edge], ...round, [180, edge], [180, pole], [-180, pole], [-180, edge]];
}

/** The parts of a ring with -180 <= lon <= 180. */
function within(ring) {
  return halved(ring, 180, (lon) => lon <= 180).flatMap((part) => halved(part, -180, (lon) => lon >= -180));
}

/** The parts of a ring on one side of a meridian, closed along the meridian. */
function halved(ring, meridian, keeps) {
  if (ring.every(([lon]) => keeps(lon))) return [ring];
  const open = ring.slice(0, -1);
  const first = open.findIndex(([lon], i) => !keeps(lon) && keeps(open[(i + 1) % open.length][0]));
  if (first < 0) return [];
  // Chains of kept points; each begins and ends on the meridian.
  const chains = [];
  let chain = null;
  for (let step = 0; step < open.length; step++) {
    const a = open[(first + step) % open.length];
    const b = open[(first + step + 1) % open.length];
    const crossing = () => [meridian, a[1] + ((b[1] - a[1]) * (meridian - a[0])) / (b[0] - a[0])];
    if (keeps(a[0]) && chain) chain.push(a);
    if (keeps(a[0]) === keeps(b[0])) continue;
    if (keeps(b[0])) {
      chain = [crossing()];
    } else {
      chain.push(crossing());
      chains.push(chain);
      chain = null;
    }
  }
  // Along the meridian the crossings pair off from the south: first with second, third with fourth.
  const ends = chains.flatMap((it, index) => [
    { lat: it[0][1], index, end: false },
    { lat: it.at(-1)[1], index, end: true },
  ]);
  ends.sort((a, b) => a.lat - b.lat);
  const partner = new Map();
  for (let i = 0; i + 1 < ends.length; i += 2) {
    partner.set(`${ends[i].index}${ends[i].end}`, ends[i + 1]);
    partner.set(`${ends[i + 1].index}${ends[i + 1].end}`, ends[i]);
  }
  const left = new Set(chains.keys());
  const rings = [];
  while (left.size > 0) {
    const start = left.values().next().value;
    const joined = [];
    let at = start;
    while (left.delete(at)) {
      joined.push(...chains[at]);
      at = partner.get(`${at}true`).index;
    }
    joined.push(joined[0]);
    if (joined.length >= 4) rings.push(joined);
  }
  return rings;
}
