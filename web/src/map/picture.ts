// The map as it is seen, as a PNG: with title, legend, scale and credits, which are no part of the canvas.

import type { Map as GlMap } from 'maplibre-gl';
import { KINDS, type Kind } from '../api/columns';
import { groundOf } from '../look/ground';
import { GROUNDS, KIND_COLOURS, KIND_SHAPES } from '../look/palette';
import { counts, type State } from '../state/state';
import { dayInWords } from '../words/when';
import { distance, t } from '../words/words';

const MARGIN = 16;
const HEAD = 62;
const FOOT = 58;
const LINE = 22;
const FONT = 'system-ui, "Noto Sans", sans-serif';

export async function mapPicture(state: State): Promise<Blob> {
  const { map } = (window as unknown as { __placetime: { map: GlMap } }).__placetime;
  const drawn = await canvasOf(map);
  const scale = drawn.width / map.getContainer().clientWidth;
  const [width, height] = [drawn.width / scale, drawn.height / scale];
  const sheet = document.createElement('canvas');
  sheet.width = drawn.width;
  const pen = sheet.getContext('2d');
  if (!pen) throw new Error('this browser draws no 2d canvas');
  const { spots, lines: legendLines } = legend(pen, state, width);
  const foot = FOOT + legendLines * LINE;
  sheet.height = drawn.height + (HEAD + foot) * scale;
  const ground = GROUNDS[groundOf(state.theme)];
  pen.scale(scale, scale);
  pen.fillStyle = ground.panel;
  pen.fillRect(0, 0, width, height + HEAD + foot);
  pen.drawImage(drawn, 0, HEAD, width, height);

  const rtl = document.documentElement.dir === 'rtl';
  const at = (x: number): number => (rtl ? width - x : x);
  pen.direction = rtl ? 'rtl' : 'ltr';
  pen.textAlign = 'start';
  const say = (words: string, x: number, y: number, font: string, colour: string): void => {
    pen.font = `${font} ${FONT}`;
    pen.fillStyle = colour;
    pen.fillText(words, at(x), y, width - x - MARGIN);
  };
  const { filters } = state.view;
  const span = [dayInWords(filters.from), dayInWords(filters.to)].map((it) => it ?? '…').join(' – ');
  const lines = [
    t('picture_count', { n: counts(state).hits }),
    ...(filters.from || filters.to ? [span] : []),
    ...(filters.words ? [`“${filters.words}”`] : []),
  ];
  say(`${t('name')} · ${t('tagline')}`, MARGIN, 26, '600 16px', ground.ink);
  say(lines.join(' · '), MARGIN, 48, '13px', ground.inkSoft);

  for (const { kind, x, y } of spots) {
    pen.save();
    pen.translate(rtl ? at(x) - 14 : x, HEAD + height + y - 11);
    pen.scale(14 / 24, 14 / 24);
    const shape = new Path2D(KIND_SHAPES[kind]);
    pen.fillStyle = KIND_COLOURS[kind];
    pen.fill(shape);
    pen.strokeStyle = ground.edge;
    pen.lineWidth = 1.4;
    pen.stroke(shape);
    pen.restore();
    say(t(`kind_${kind}`), x + 19, HEAD + height + y, '12px', ground.ink);
  }
  scaleBar(pen, map, width, 40, ground.ink);
  const y = HEAD + height + foot - 46;
  say(`${t('borders_note')} ${t('credits')}`, MARGIN, y + 20, '11px', ground.inkSoft);
  say(location.href, MARGIN, y + 37, '11px', ground.inkSoft);
  return new Promise((done, failed) =>
    sheet.toBlob((blob) => (blob ? done(blob) : failed(new Error('the picture could not be made'))), 'image/png'),
  );
}

/** Where each kind shown stands in the lines under the map. */
function legend(
  pen: CanvasRenderingContext2D,
  state: State,
  width: number,
): { spots: { kind: Kind; x: number; y: number }[]; lines: number } {
  const { kinds } = counts(state);
  const { kinds: only } = state.view.filters;
  const spots: { kind: Kind; x: number; y: number }[] = [];
  let [x, lines] = [MARGIN, 1];
  pen.font = `12px ${FONT}`;
  for (const kind of KINDS.filter((it) => kinds[it] > 0 && (only?.includes(it) ?? true))) {
    const room = 19 + pen.measureText(t(`kind_${kind}`)).width + 16;
    if (x + room > width - MARGIN && x > MARGIN) {
      x = MARGIN;
      lines += 1;
    }
    spots.push({ kind, x, y: lines * LINE });
    x += room;
  }
  return { spots, lines };
}

/** The drawing buffer holds a picture only while it is being drawn. */
function canvasOf(map: GlMap): Promise<HTMLCanvasElement> {
  return new Promise((done) => {
    map.once('render', () => {
      const from = map.getCanvas();
      const copy = document.createElement('canvas');
      copy.width = from.width;
      copy.height = from.height;
      copy.getContext('2d')?.drawImage(from, 0, 0);
      done(copy);
    });
    map.triggerRepaint();
  });
}

/** A round distance of about a hundred pixels, at the map's middle. */
function scaleBar(pen: CanvasRenderingContext2D, map: GlMap, width: number, y: number, colour: string): void {
  const { clientWidth, clientHeight } = map.getContainer();
  const middle = [clientWidth / 2, clientHeight / 2] as const;
  const metres = map.unproject([middle[0] - 50, middle[1]]).distanceTo(map.unproject([middle[0] + 50, middle[1]]));
  const power = 10 ** Math.floor(Math.log10(metres));
  const round = [5, 2, 1].map((it) => it * power).find((it) => it <= metres) ?? power;
  const length = (round / metres) * 100;
  const end = pen.direction === 'rtl' ? MARGIN + length : width - MARGIN;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(end - length, y - 8);
  pen.lineTo(end - length, y - 2);
  pen.lineTo(end, y - 2);
  pen.lineTo(end, y - 8);
  pen.stroke();
  pen.font = `11px ${FONT}`;
  pen.fillStyle = colour;
  pen.textAlign = 'center';
  pen.fillText(distance(round), end - length / 2, y + 12);
  pen.textAlign = 'start';
}
