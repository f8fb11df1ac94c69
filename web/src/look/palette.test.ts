// Colours are far enough apart for every kind of sight, and text for every reader.

import { describe, expect, test } from 'vitest';
import { KINDS } from '../api/columns';
import { GROUNDS, KIND_COLOURS, KIND_SHAPES } from './palette';

type Three = [number, number, number];

function linear(hex: string): Three {
  const part = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

/** Full dichromacy: Machado, Oliveira and Fernandes 2009, severity 1.0. */
const SIGHT: Record<string, [Three, Three, Three]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen([r, g, b]: Three, rows: [Three, Three, Three]): Three {
  const clip = (value: number): number => Math.max(0, Math.min(1, value));
  return rows.map(([x, y, z]) => clip(x * r + y * g + z * b)) as Three;
}

function lab([r, g, b]: Three): Three {
  const f = (value: number): number => (value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIEDE2000 (Sharma, Wu and Dalal 2005). */
function difference([l1, a1, b1]: Three, [l2, a2, b2]: Three): number {
  const rad = Math.PI / 180;
  const mean = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)));
  const [p1, p2] = [a1 * (1 + g), a2 * (1 + g)];
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)];
  const hue = (a: number, b: number): number => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / rad + 360) % 360);
  const [h1, h2] = [hue(p1, b1), hue(p2, b2)];
  let dh = c1 * c2 === 0 ? 0 : h2 - h1;
  if (dh > 180) dh -= 360;
  else if (dh < -180) dh += 360;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((dh / 2) * rad);
  let h = h1 + h2;
  if (c1 * c2 !== 0) h = Math.abs(h1 - h2) <= 180 ? h / 2 : h < 360 ? (h + 360) / 2 : (h - 360) / 2;
  const l = (l1 + l2) / 2;
  const c = (c1 + c2) / 2;
  const cos = (degrees: number): number => Math.cos(degrees * rad);
  const weight = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63);
  const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2);
  const [dL, dC] = [(l2 - l1) / sl, (c2 - c1) / (1 + 0.045 * c)];
  const dHs = dH / (1 + 0.015 * c * weight);
  const turn = -2 * Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)) * Math.sin(60 * Math.exp(-(((h - 275) / 25) ** 2)) * rad);
  return Math.sqrt(dL ** 2 + dC ** 2 + dHs ** 2 + turn * dC * dHs);
}

function contrast(one: string, other: string): number {
  const y = (hex: string): number => {
    const [r, g, b] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [y(one), y(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test('the formula agrees with published pairs', () => {
  expect(difference([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 3);
  expect(difference([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 3);
});

describe('any two kinds are apart', () => {
  test.each([
    ['normal', 20],
    ['protan', 10],
    ['deutan', 10],
    ['tritan', 10],
  ])('%s sight: at least %d', (sight, least) => {
    const colours = KINDS.map((kind) => lab(seen(linear(KIND_COLOURS[kind]), SIGHT[sight] as [Three, Three, Three])));
    const pairs = colours.flatMap((a, i) => colours.slice(i + 1).map((b) => difference(a, b)));
    expect(Math.min(...pairs)).toBeGreaterThan(least);
  });

  test('and no two share a shape', () => {
    expect(new Set(Object.values(KIND_SHAPES)).size).toBe(KINDS.length);
  });
});

describe.each(Object.entries(GROUNDS))('%s ground', (_, ground) => {
  test('text can be read', () => {
    for (const paper of [ground.panel, ground.soft, ground.hover, ground.chosen]) {
      expect(contrast(ground.ink, paper)).toBeGreaterThan(4.5);
      expect(contrast(ground.inkSoft, paper)).toBeGreaterThan(4.5);
      expect(contrast(ground.accent, paper)).toBeGreaterThan(4.5);
    }
    expect(contrast(ground.onAccent, ground.accent)).toBeGreaterThan(4.5);
    expect(contrast(ground.onCluster, ground.cluster)).toBeGreaterThan(4.5);
    expect(contrast(ground.name, ground.land)).toBeGreaterThan(4.5);
    expect(contrast(ground.nameSoft, ground.land)).toBeGreaterThan(4.5);
  });

  test("a symbol's edge stands out where its colour may not", () => {
    for (const under of [ground.land, ground.sea]) expect(contrast(ground.edge, under)).toBeGreaterThan(7);
  });
});
