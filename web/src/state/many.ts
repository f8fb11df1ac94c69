// More incidents than a page can hold: the server counts and lists, the map draws its tiles. What it is asked, and
// what it answered, as the same counts that `sifted` makes of incidents held here.

import { KINDS, type Kind } from '../api/columns';
import type { AreaGroup } from '../map/marks';
import type { Spell } from './histogram';
import { type Box, type Incident, NONE } from './incident';
import { type Asked, asked, queryString } from './query';
import type { Queue } from './review';
import { FACETS, type Facet, type Filters, NO_FILTERS, type View } from './view';

/** As many are held by the page itself: beyond, each change of a filter would be felt. */
export const HELD_MAX = 50_000;

/** Rows asked for at once. */
export const ROWS = 100;

/** What the server counted. */
export type Counted = {
  n: number;
  points: number;
  areas: number;
  unplaced: number;
  undated: number;
  kinds: Record<Kind, number>;
  facets: Record<Facet, ReadonlyMap<string, number>>;
  spells: readonly Spell[];
};

export type Many = {
  /** Without any filter. */
  whole: Counted;
  /** As filtered; each facet, the kinds and the days obey every filter but their own. */
  now: Counted;
  /** How many the list has in all, and where it goes on. */
  rows: { n: number; cursor: string | null };
  areas: readonly AreaGroup[];
  /** Incidents whose outline is not among them. */
  areasLeft: number;
  /** The filter of the tiles, as in an address. */
  tiles: string;
  /** The selected incident, where the list does not hold it. */
  single: Incident | null;
};

/** A part that a filter of its own narrows, with its question: everything but that filter. */
export type Part = 'kinds' | 'spans' | Facet;

export function counted(answer: unknown, before: Counted | null): Counted {
  const it = (answer ?? {}) as Record<string, unknown>;
  const count = (name: string): number => Number(it[name]) || 0;
  const kinds = it.kinds as Record<Kind, number> | undefined;
  return {
    n: count('incidents'),
    points: count('points'),
    areas: count('areas'),
    unplaced: count('unplaced'),
    undated: count('undated'),
    kinds: kinds
      ? (Object.fromEntries(KINDS.map((kind) => [kind, Number(kinds[kind]) || 0])) as Record<Kind, number>)
      : (before?.kinds ?? (Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>)),
    facets: Object.fromEntries(
      FACETS.map((facet) => [facet, valuesOf(it[facet]) ?? before?.facets[facet] ?? new Map()]),
    ) as Record<Facet, ReadonlyMap<string, number>>,
    spells: Array.isArray(it.spans)
      ? (it.spans as [number | null, number | null, number][]).map(([first, last, n]) => ({
          span: { first: first ?? -Infinity, last: last ?? Infinity },
          n,
        }))
      : (before?.spells ?? []),
  };
}

function valuesOf(value: unknown): Map<string, number> | null {
  if (!Array.isArray(value)) return null;
  return new Map((value as [string | null, number][]).map(([name, n]) => [name ?? NONE, n]));
}

/** `of` with one part as another answer counted it. */
export function withPart(of: Counted, part: Part, from: Counted): Counted {
  if (part === 'kinds') return { ...of, kinds: from.kinds };
  if (part === 'spans') return { ...of, spells: from.spells };
  return { ...of, facets: { ...of.facets, [part]: from.facets[part] } };
}

/** The parts that stand under a filter of their own, each with the filters without it. */
export function parts(filters: Filters): [Part, Filters][] {
  const found: [Part, Filters][] = [];
  if (filters.kinds) found.push(['kinds', { ...filters, kinds: null }]);
  if (filters.from || filters.to) found.push(['spans', { ...filters, from: null, to: null }]);
  for (const facet of FACETS) {
    if (!filters.only[facet]) continue;
    const { [facet]: _, ...only } = filters.only;
    found.push([facet, { ...filters, only }]);
  }
  return found;
}

const QUEUES: Record<Queue, string> = {
  drafts: "status = 'draft'",
  disputed: "standing IN ('disputed', 'claimed')",
  unsure: "status = 'draft' AND confidence < 0.5",
  twice: "status = 'draft'",
};

type Looked = {
  view: View;
  queue: Queue;
  box: Box | null;
  spot: { box?: Box | null; area?: string | null } | null;
};

/** The question of a page, as an address has it: without its `?`. */
export function question({ view, queue }: Looked, filters: Filters = view.filters, more: Partial<Asked> = {}): string {
  const of: Asked = view.page === 'review' ? { ...asked(NO_FILTERS, null), cql2: QUEUES[queue] } : asked(filters, null);
  return queryString({ ...of, ...more }).slice(1);
}

/** The question of the list: what the map shows, a part of it, or one spot. */
export function listQuestion(looked: Looked): string {
  const { view, box, spot } = looked;
  const query = new URLSearchParams(question(looked));
  if (view.page !== 'review') {
    if (spot?.box) {
      query.set('bbox', corners(spot.box));
      query.set('layer', 'incidents');
    } else if (spot?.area) query.set('area', spot.area);
    else if (view.list === 'unplaced') query.set('layer', 'incidents_unplaced');
    else if (view.list === 'in-view' && box) query.set('bbox', corners(box));
  }
  query.set('limit', String(ROWS));
  return query.toString();
}

/** As the server takes it: on one globe, however often the map was scrolled round it. */
function corners({ west, south, east, north }: Box): string {
  const round = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;
  const [w, e] = east - west >= 360 ? [-180, 180] : [round(west), round(east)];
  return [w, Math.max(-90, south), e, Math.min(90, north)].map((it) => it.toFixed(7)).join(',');
}

/** What the server gave of outlines. */
export function outlines(answer: unknown): Pick<Many, 'areas' | 'areasLeft'> {
  const { features, incidents_left: left } = (answer ?? {}) as Record<string, unknown>;
  const areas = (Array.isArray(features) ? features : []).flatMap((it, key): AreaGroup[] => {
    const { kind, count } = it?.properties ?? {};
    const area = it?.geometry;
    return area
      ? [
          {
            key,
            ids: [],
            name: String(it.id),
            n: Number(count) || 0,
            kind: KINDS.find((k) => k === kind) ?? 'mixed',
            area,
          },
        ]
      : [];
  });
  return { areas, areasLeft: Number(left) || 0 };
}
