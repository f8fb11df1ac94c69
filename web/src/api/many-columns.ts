// Incidents that come column by column, where they are many: from the server, or from the files of a published site.

import { type Feature, KINDS, type Kind, type Place, type Row } from './columns';
import { NUMBERS, TEXTS } from './generated';

/** Cells of a column by row, as they are or as numbers of texts that rows share: 0 is nothing told. */
type Cells = readonly unknown[] | { values: readonly unknown[]; codes: readonly number[] };

const NAMES = [...TEXTS, ...NUMBERS] as const;

/**
 * The incidents of a file of columns. A row is a number and reads its cells when it is asked: two hundred thousand
 * rows of forty cells are not made before anybody looks at them.
 */
export function columnFeatures(value: unknown): Feature[] {
  const told = (value ?? {}) as Record<string, unknown>;
  const { ids, lon, lat, area, areas } = told;
  const lists = [ids, lon, lat, area];
  if (told.placetime_columns !== 1 || !Array.isArray(ids) || !lists.every((it) => rows(it) === ids.length))
    throw new Error('the columns of the incidents cannot be read; a published site has to be published again');
  const columns = (told.columns ?? {}) as Record<string, Cells>;
  class ColumnRow {
    readonly #at: number;
    constructor(at: number) {
      this.#at = at;
    }
    /** What a file of it holds. */
    toJSON(): Record<string, unknown> {
      const told = this as unknown as Row;
      return Object.fromEntries(NAMES.map((name) => [name, told[name]]));
    }
    static {
      for (const name of NAMES) {
        const read = name === 'incident_id' ? reader(ids as unknown[], name) : reader(columns[name], name);
        Object.defineProperty(ColumnRow.prototype, name, {
          enumerable: true,
          get(this: ColumnRow) {
            return read(this.#at);
          },
        });
      }
    }
  }
  const outlines = Array.isArray(areas) ? (areas as Place[]) : [];
  const [lons, lats, shapes] = [lon, lat, area] as [(number | null)[], (number | null)[], number[]];
  return ids.map((id, at) => {
    const [x, y] = [lons[at], lats[at]];
    const point: Place | null =
      typeof x === 'number' && typeof y === 'number' ? { type: 'Point', coordinates: [x, y] } : null;
    return {
      id: String(id),
      geometry: point ?? outlines[(shapes[at] ?? 0) - 1] ?? null,
      row: new ColumnRow(at) as unknown as Row,
    };
  });
}

/** Gives a row what only the file of its details tells. */
export function complete(row: Row, whole: Row): void {
  for (const name of NAMES) Object.defineProperty(row, name, { value: whole[name], enumerable: true });
}

function rows(cells: unknown): number {
  return Array.isArray(cells) ? cells.length : -1;
}

function reader(cells: Cells | undefined, name: string): (at: number) => unknown {
  const wanted = (NUMBERS as readonly string[]).includes(name) ? 'number' : 'string';
  const cell = (value: unknown) => (typeof value === wanted && value !== '' ? value : null);
  const known = name === 'kind' ? (value: unknown) => KINDS.find((it) => it === value) ?? ('other' as Kind) : cell;
  if (cells && 'codes' in cells && Array.isArray(cells.values)) {
    const { codes } = cells;
    const values = [known(null), ...cells.values.map(known)];
    return (at) => values[codes[at] ?? 0] ?? null;
  }
  if (Array.isArray(cells)) return (at) => known(cells[at]);
  return () => known(null);
}
