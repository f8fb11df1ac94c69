// Tiles in, one PMTiles v3 file out (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md).
//
// Clustered (tiles in the order of their ids), gzip inside, equal tiles stored once.

import { gzipSync } from 'node:zlib';
import { zxyToTileId } from 'pmtiles';

/** Header and root directory must fit into the first read of a client. */
const ROOT_BYTES_MAX = 16_384 - 127;

/**
 * @param {{z: number, x: number, y: number, bytes: Uint8Array}[]} tiles vector tiles, not yet compressed
 * @param {{metadata: object, bounds: [number, number, number, number], minZoom: number, maxZoom: number}} about
 * @returns {Buffer}
 */
export function pmtiles(tiles, about) {
  const ordered = tiles.map((tile) => ({ id: zxyToTileId(tile.z, tile.x, tile.y), bytes: tile.bytes }));
  ordered.sort((a, b) => a.id - b.id);

  const entries = [];
  const chunks = [];
  const known = new Map();
  let length = 0;
  for (const { id, bytes } of ordered) {
    const key = Buffer.from(bytes).toString('base64');
    let kept = known.get(key);
    if (!kept) {
      const packed = gzipSync(bytes, { level: 9 });
      kept = { offset: length, length: packed.length };
      known.set(key, kept);
      chunks.push(packed);
      length += packed.length;
    }
    const last = entries.at(-1);
    if (last && last.offset === kept.offset && last.id + last.run === id) last.run += 1;
    else entries.push({ id, offset: kept.offset, length: kept.length, run: 1 });
  }

  const { root, leaves } = directories(entries);
  const metadata = gzipSync(JSON.stringify(about.metadata), { level: 9 });
  const header = Buffer.alloc(127);
  header.write('PMTiles', 0, 'latin1');
  header.writeUInt8(3, 7);
  const rootAt = 127;
  const metadataAt = rootAt + root.length;
  const leavesAt = metadataAt + metadata.length;
  const dataAt = leavesAt + leaves.length;
  const places = [rootAt, root.length, metadataAt, metadata.length, leavesAt, leaves.length, dataAt, length];
  const counts = [ordered.length, entries.length, chunks.length];
  for (const [i, value] of [...places, ...counts].entries()) header.writeBigUInt64LE(BigInt(value), 8 + i * 8);
  header.writeUInt8(1, 96); // clustered
  header.writeUInt8(2, 97); // directories: gzip
  header.writeUInt8(2, 98); // tiles: gzip
  header.writeUInt8(1, 99); // vector tiles
  header.writeUInt8(about.minZoom, 100);
  header.writeUInt8(about.maxZoom, 101);
  for (const [i, degrees] of about.bounds.entries()) header.writeInt32LE(Math.round(degrees * 1e7), 102 + i * 4);
  header.writeUInt8(about.minZoom, 118);
  return Buffer.concat([header, root, metadata, leaves, ...chunks]);
}

/** One root directory if it fits, else a root that points to leaves. */
function directories(entries) {
  const alone = directory(entries);
  if (alone.length <= ROOT_BYTES_MAX) return { root: alone, leaves: Buffer.alloc(0) };
  for (let size = 4096; ; size *= 2) {
    const leaves = [];
    const pointers = [];
    let offset = 0;
    for (let i = 0; i < entries.length; i += size) {
      const leaf = directory(entries.slice(i, i + size));
      pointers.push({ id: entries[i].id, offset, length: leaf.length, run: 0 });
      leaves.push(leaf);
      offset += leaf.length;
    }
    const root = directory(pointers);
    if (root.length <= ROOT_BYTES_MAX) return { root, leaves: Buffer.concat(leaves) };
  }
}

function directory(entries) {
  const bytes = [];
  varint(bytes, entries.length);
  let before = 0;
  for (const entry of entries) {
    varint(bytes, entry.id - before);
    before = entry.id;
  }
  for (const entry of entries) varint(bytes, entry.run);
  for (const entry of entries) varint(bytes, entry.length);
  for (const [i, entry] of entries.entries()) {
    const last = entries[i - 1];
    varint(bytes, last && entry.offset === last.offset + last.length ? 0 : entry.offset + 1);
  }
  return gzipSync(Buffer.from(bytes), { level: 9 });
}

function varint(bytes, value) {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}
