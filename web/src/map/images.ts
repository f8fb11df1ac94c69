// The map's small pictures, drawn on a canvas when a layer first asks for one by name:
//
//   pin/light/strike         a kind's symbol; pin/light/strike/soft with a dashed edge, for a wide doubt
//   ring/dark/3.0.1.0.0.0.8  a cluster's disc with a ring in the shares of the kinds, in twelfths
//   area/light               the badge of an area

import { KINDS, type Kind } from '../api/columns';
import { GROUNDS, type GroundName, KIND_COLOURS, KIND_SHAPES } from '../look/palette';

/** Drawn larger than shown, for sharp edges on dense screens. */
export const IMAGE_SCALE = 3;

/** CSS pixels of a kind's symbol with its edge. */
export const PIN_PX = 20;
export const RING_PX = 40;
export const AREA_PX = 30;

export const SHARES = 12;

export function pinName(ground: GroundName, kind: Kind, soft: boolean): string {
  return `pin/${ground}/${kind}${soft ? '/soft' : ''}`;
}

export function image(name: string): ImageData | null {
  const [what, ground, detail, soft] = name.split('/');
  if (ground !== 'light' && ground !== 'dark') return null;
  if (what === 'pin') {
    const kind = KINDS.find((it) => it === detail);
    return kind ? pin(ground, kind, soft === 'soft') : null;
  }
  if (what === 'ring') return ring(ground, (detail ?? '').split('.').map(Number));
  return what === 'area' ? area(ground) : null;
}

function pin(ground: GroundName, kind: Kind, soft: boolean): ImageData {
  const pen = canvas(PIN_PX);
  const { edge, casing } = GROUNDS[ground];
  const shape = new Path2D(KIND_SHAPES[kind]);
  const margin = 2;
  pen.translate(margin, margin);
  const scale = (PIN_PX - 2 * margin) / 24;
  pen.scale(scale, scale);
  pen.lineJoin = 'round';
  const px = 1 / scale;
  // A halo in the ground's colour parts the symbol from lines and from its neighbours.
  pen.globalAlpha = soft ? 0.7 : 1;
  pen.strokeStyle = casing;
  pen.lineWidth = 3.4 * px;
  pen.stroke(shape);
  pen.fillStyle = casing;
  pen.fill(shape);
  pen.globalAlpha = soft ? 0.4 : 1;
  pen.fillStyle = KIND_COLOURS[kind];
  pen.fill(shape);
  pen.globalAlpha = 1;
  pen.strokeStyle = edge;
  pen.lineWidth = 1.1 * px;
  if (soft) pen.setLineDash([2.2 * px, 1.7 * px]);
  pen.stroke(shape);
  return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}

function ring(ground: GroundName, twelfths: number[]): ImageData {
  const pen = canvas(RING_PX);
  const { cluster, casing } = GROUNDS[ground];
  const middle = RING_PX / 2;
  const disc = (radius: number, colour: string): void => {
    pen.beginPath();
    pen.arc(middle, middle, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
  };
  disc(middle - 0.5, casing);
  const whole = twelfths.reduce((sum, share) => sum + share, 0) || 1;
  let from = -Math.PI / 2;
  for (const [i, share] of twelfths.entries()) {
    const kind = KINDS[i];
    if (!kind || !(share > 0)) continue;
    const to = from + (share / whole) * 2 * Math.PI;
    pen.beginPath();
    pen.arc(middle, middle, middle - 3.6, from, to);
    pen.strokeStyle = KIND_COLOURS[kind];
    pen.lineWidth = 4.2;
    pen.stroke();
    from = to;
  }
  disc(middle - 6.9, casing);
  disc(middle - 7.7, cluster);
  return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}

function area(ground: GroundName): ImageData {
  const pen = canvas(AREA_PX);
  const { cluster, casing } = GROUNDS[ground];
  const box = new Path2D();
  box.roundRect(3.5, 5.5, AREA_PX - 7, AREA_PX - 11, 5);
  pen.fillStyle = casing;
  pen.strokeStyle = casing;
  pen.lineWidth = 4;
  pen.stroke(box);
  pen.fill(box);
  pen.strokeStyle = cluster;
  pen.lineWidth = 1.5;
  pen.setLineDash([3, 2.2]);
  pen.stroke(box);
  return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}

function canvas(px: number): CanvasRenderingContext2D {
  const sheet = document.createElement('canvas');
  sheet.width = px * IMAGE_SCALE;
  sheet.height = px * IMAGE_SCALE;
  const pen = sheet.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new Error('this browser draws no 2d canvas');
  pen.scale(IMAGE_SCALE, IMAGE_SCALE);
  return pen;
}
