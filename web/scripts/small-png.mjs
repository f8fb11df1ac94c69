// A screenshot with 256 colours: a third of the bytes, and no eye sees what is left out.

import { deflateSync, inflateSync } from 'node:zlib';

const COLOURS_MAX = 256;

/** Takes a PNG as a browser makes it (8 bits, RGB or RGBA, not interlaced); gives one with a palette. */
export function smallPng(png) {
  const { width, height, depth, pixels } = decoded(png);
  const counts = new Map();
  const at = (i) => (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
  for (let i = 0; i < pixels.length; i += depth) counts.set(at(i), (counts.get(at(i)) ?? 0) + 1);
  const palette = chosen(counts);
  const numbers = new Map(palette.map((colour, number) => [colour, number]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = at((y * width + x) * depth);
      if (!numbers.has(colour)) numbers.set(colour, nearest(colour, palette));
      rows[y * (width + 1) + 1 + x] = numbers.get(colour);
    }
  }
  const head = Buffer.from(png.subarray(16, 29));
  head[9] = 3;
  const colours = Buffer.from(palette.flatMap((it) => [it >> 16, (it >> 8) & 255, it & 255]));
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** One after the other the colour whose absence would be seen most: by how many pixels, and how far from the rest. */
function chosen(counts) {
  const left = [...counts].map(([colour, n]) => ({ colour, n, far: Infinity }));
  const palette = [];
  while (palette.length < COLOURS_MAX && left.length > 0) {
    let worst = 0;
    for (let i = 1; i < left.length; i++) if (left[i].n * left[i].far > left[worst].n * left[worst].far) worst = i;
    const [{ colour, far }] = left.splice(worst, 1);
    if (far === 0) break;
    palette.push(colour);
    for (const it of left) it.far = Math.min(it.far, apart(it.colour, colour));
  }
  return palette;
}

function apart(a, b) {
  return [16, 8, 0].reduce((sum, by) => sum + (((a >> by) & 255) - ((b >> by) & 255)) ** 2, 0);
}

function nearest(colour, palette) {
  const far = palette.map((it) => apart(it, colour));
  return far.indexOf(Math.min(...far));
}

function decoded(png) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (png[24] !== 8 || ![2, 6].includes(png[25]) || png[28] !== 0) throw new Error('a PNG of another kind');
  const depth = png[25] === 2 ? 3 : 4;
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const lines = inflateSync(Buffer.concat(parts));
  const pixels = Buffer.alloc(width * height * depth);
  const line = width * depth;
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const to = y * line + x;
      const left = x >= depth ? pixels[to - depth] : 0;
      const up = y > 0 ? pixels[to - line] : 0;
      const corner = x >= depth && y > 0 ? pixels[to - line - depth] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[to] = lines[y * (line + 1) + 1 + x] + guess;
    }
  }
  return { width, height, depth, pixels };
}

function paeth(left, up, corner) {
  const [a, b, c] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(content.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

export function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
