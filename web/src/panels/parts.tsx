// Small pieces that several panels draw.

import type { ComponentChildren, JSX } from 'preact';
import type { Kind } from '../api/columns';
import { KIND_SHAPES } from '../look/palette';
import { isSoft } from '../map/marks';
import type { Incident } from '../state/incident';
import type { Event, State } from '../state/state';

export type Panel = { state: State; dispatch: (event: Event) => void };

/** A kind's shape in its colour. The words beside it say the same. */
export function Symbol_({ kind, soft = false }: { kind: Kind; soft?: boolean }): JSX.Element {
  return (
    <svg class={`symbol kind-${kind} ${soft ? 'soft' : ''}`} viewBox="-1.5 -1.5 27 27" aria-hidden="true">
      <path d={KIND_SHAPES[kind]} />
    </svg>
  );
}

/** The mark an incident has on the map: symbol, paler symbol, dashed frame for an area, nothing. */
export function Mark({ incident }: { incident: Incident }): JSX.Element {
  const frame = incident.geometry === null ? 'absent' : incident.geometry.type === 'Point' ? 'point' : 'area';
  return (
    <span class={`mark mark-${frame}`}>
      <Symbol_ kind={incident.kind} soft={frame === 'point' && isSoft(incident)} />
    </span>
  );
}

/** Short facts in a row. Each stands in its own direction; the dots between them follow the page's. */
export function Facts({ of }: { of: readonly (string | null | undefined)[] }): JSX.Element {
  const told = of.filter((it) => it !== null && it !== undefined && it !== '');
  return (
    <>
      {told.map((part, i) => (
        <span key={part}>
          {i > 0 && ' · '}
          <bdi>{part}</bdi>
        </span>
      ))}
    </>
  );
}

/** A link out of the page: http and https only, and the other side learns nothing of this one. */
export function Out({ to, children }: { to: string | null; children: ComponentChildren }): JSX.Element | null {
  const address = safe(to);
  if (!address) return null;
  return (
    <a href={address} rel="noopener noreferrer nofollow" target="_blank">
      {children}
    </a>
  );
}

export function safe(address: string | null): string | null {
  if (!address || !URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}

export function Icon({ name }: { name: keyof typeof ICONS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

const ICONS = {
  close: 'M5 5l10 10M15 5L5 15',
  back: 'M12 4l-6 6 6 6',
  download: 'M10 3v9m-4-3.5L10 12.500l4-4M4 16.500h12',
  theme: 'M10 3a7 7 0 1 0 0 14ZM10 3a7 7 0 0 1 0 14',
  filters: 'M3 5.500h14M5.500 10h9M8 14.500h4',
  table: 'M3 4.500h14v11H3ZM3 8.200h14M3 11.900h14M8 4.500v11',
  copy: 'M7 7h9v9H7ZM4 12.500V4h8.500',
  play: 'M6.500 4.500v11l9-5.500Z',
  pause: 'M7 4.500v11M13 4.500v11',
  language: 'M3 5h8M7 3v2c0 4-2 6.500-4.500 8M4.500 8c1 2.500 3 4 5.500 5M10 17l3.500-8 3.500 8M11.200 14.500h4.600',
  token: 'M7.500 6a4 4 0 1 1-2.800 6.800A4 4 0 0 1 7.500 6ZM10.500 9.800H18M15 9.800v3',
  search: 'M8.500 3.500a5 5 0 1 1 0 10 5 5 0 0 1 0-10ZM12.300 12.300 16.500 16.500',
  place:
    'M10 17.500s5.500-5 5.500-9a5.500 5.500 0 1 0-11 0c0 4 5.500 9 5.500 9ZM10 6.700a1.800 1.800 0 1 1 0 3.600 1.800 1.800 0 0 1 0-3.600Z',
};
