// Every colour of the page, once: the map's layers, the canvas-made symbols and the style sheet's variables
// are made from this table, and a test computes how far apart the kinds are for three kinds of colour sight.

import type { Kind } from '../api/columns';

/** Okabe and Ito's seven, of which the paired difference (CIEDE2000) stays above 10 for every kind of sight. */
export const KIND_COLOURS: Record<Kind, string> = {
  clash: '#0072b2',
  strike: '#d55e00',
  civilians: '#cc79a7',
  protest: '#009e73',
  violence: '#e69f00',
  hazard: '#56b4e9',
  other: '#5b5b66',
};

/** A shape for each kind in a box of 24 by 24: never colour alone. */
export const KIND_SHAPES: Record<Kind, string> = {
  clash: 'M12 2.6 22 20.4H2Z',
  strike: 'M12 1.6 22.4 12 12 22.4 1.6 12Z',
  civilians: 'M3.6 3.6h16.8v16.8H3.6Z',
  protest: 'M12 2.8a9.2 9.2 0 1 1 0 18.4 9.2 9.2 0 0 1 0-18.4Z',
  violence: 'M12 1.8 22.2 9.4 18.3 21.4H5.7L1.8 9.4Z',
  hazard: 'M12 21.4 2 3.6h20Z',
  other: 'M5.2 2 12 8.8 18.8 2 22 5.2 15.2 12 22 18.8 18.8 22 12 15.2 5.2 22 2 18.8 8.8 12 2 5.2Z',
};

const light = {
  land: '#f7f5f0',
  sea: '#dde6ec',
  border: '#b5b0a5',
  name: '#4d4c48',
  nameSoft: '#6d6a63',
  nameSea: '#55748a',
  halo: '#fbfaf7',
  dot: '#8d887d',
  panel: '#ffffff',
  soft: '#f3f4f2',
  hover: '#eef2f5',
  chosen: '#e2edf5',
  ink: '#1b2127',
  inkSoft: '#555d65',
  line: '#dcddd8',
  accent: '#1f5f8b',
  onAccent: '#ffffff',
  focus: '#0b5cad',
  warn: '#8a3b00',
  mark: '#fdf2cb',
  edge: '#1b2127',
  casing: '#ffffff',
  cluster: '#3e5d7a',
  onCluster: '#ffffff',
  bar: '#3e5d7a',
  barShared: '#a9bccc',
};

export type Ground = Record<keyof typeof light, string>;

const dark: Ground = {
  land: '#1f262d',
  sea: '#12171c',
  border: '#46515c',
  name: '#b8c1c9',
  nameSoft: '#8d98a2',
  nameSea: '#7b93a6',
  halo: '#161c21',
  dot: '#6c7883',
  panel: '#171c21',
  soft: '#1e242a',
  hover: '#222a31',
  chosen: '#24384a',
  ink: '#e8ecef',
  inkSoft: '#a9b2ba',
  line: '#323b44',
  accent: '#86bbe2',
  onAccent: '#0e1418',
  focus: '#8cc4f0',
  warn: '#f0b27a',
  mark: '#4a3f14',
  edge: '#f2f4f5',
  casing: '#0f1418',
  cluster: '#9dbad3',
  onCluster: '#0e1418',
  bar: '#9dbad3',
  barShared: '#46586a',
};

export const GROUNDS = { light, dark };

export type GroundName = keyof typeof GROUNDS;

/** Sets the style sheet's variables (`--ink`, `--kind-strike`, ...). */
export function paintPage(name: GroundName, root: HTMLElement): void {
  root.dataset.ground = name;
  root.style.colorScheme = name;
  for (const [key, value] of Object.entries(GROUNDS[name])) root.style.setProperty(`--${dashed(key)}`, value);
  for (const [key, value] of Object.entries(KIND_COLOURS)) root.style.setProperty(`--kind-${key}`, value);
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
