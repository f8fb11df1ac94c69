// The map's sources and layers for one ground, from the bottom to the top. Pure: a style document.

import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import { KINDS } from '../api/columns';
import { GROUNDS, type GroundName, KIND_COLOURS } from '../look/palette';
import { SHARES } from './images';

/** Layers that a click looks at. */
export const MARKS = ['pins', 'clusters', 'badges'] as const;

/** What the others fade to while one incident is selected. */
const FADED = 0.22;

const EMPTY = { type: 'FeatureCollection' as const, features: [] };

/** Whose layers the basemap has, and whose borders are drawn. */
export type Base = {
  schema: 'ours' | 'protomaps' | 'unknown';
  borders: 'drawn' | 'hidden' | 'own';
};

export const OURS: Base = { schema: 'ours', borders: 'drawn' };

/** Which of the two a basemap is, by the names of its layers. */
export function schemaOf(layers: readonly string[]): Base['schema'] {
  const has = (name: string): boolean => layers.includes(name);
  return has('earth') ? 'protomaps' : has('land') ? 'ours' : 'unknown';
}

export function style(
  ground: GroundName,
  at: { basemap: string; names: { url: string } | { tiles: string[]; maxzoom: number } },
  language: string,
  base = OURS,
): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {
    base: { type: 'vector', url: `pmtiles://${at.basemap}` },
    names: { type: 'vector', ...at.names },
    // Pins and clusters, made in clusters.ts.
    points: { type: 'geojson', data: EMPTY },
    areas: { type: 'geojson', data: EMPTY },
    badges: { type: 'geojson', data: EMPTY },
    doubt: { type: 'geojson', data: EMPTY },
    chosen: { type: 'geojson', data: EMPTY },
    pick: { type: 'geojson', data: EMPTY },
  };
  if (base.borders === 'own')
    sources.lines = { type: 'geojson', data: new URL('borders.geojson', document.baseURI).href };
  return { version: 8, sources, layers: layers(ground, false, language, base) };
}

export function layers(ground: GroundName, faded: boolean, language: string, base = OURS): LayerSpecification[] {
  const colour = GROUNDS[ground];
  const seen = faded ? FADED : 1;
  // A count can be read also where the selected incident stands before it.
  const counts = faded ? 0.7 : 1;
  const kindColour: ExpressionSpecification = [
    'match',
    ['get', 'kind'],
    ...KINDS.flatMap((kind) => [kind, KIND_COLOURS[kind]]),
    colour.cluster,
  ] as unknown as ExpressionSpecification;
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': colour.sea } },
    ...outlines(ground, base),
    {
      id: 'areas',
      type: 'fill',
      source: 'areas',
      paint: { 'fill-color': kindColour, 'fill-opacity': faded ? 0.02 : 0.07 },
    },
    {
      id: 'area-edges',
      type: 'line',
      source: 'areas',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': kindColour,
        'line-width': 1.3,
        'line-opacity': faded ? FADED : 0.75,
        'line-dasharray': [3, 2],
      },
    },
    {
      id: 'doubt',
      type: 'fill',
      source: 'doubt',
      paint: { 'fill-color': kindColour, 'fill-opacity': 0.16 },
    },
    {
      id: 'doubt-casing',
      type: 'line',
      source: 'doubt',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': colour.casing, 'line-width': 5, 'line-opacity': 0.75 },
    },
    {
      id: 'doubt-edge',
      type: 'line',
      source: 'doubt',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': kindColour, 'line-width': 2, 'line-dasharray': [3, 2] },
    },
    {
      id: 'dots',
      type: 'circle',
      source: 'names',
      'source-layer': 'places',
      filter: ['match', ['get', 'kind'], ['country', 'region', 'sea', 'continent', 'admin'], false, true],
      paint: {
        'circle-radius': ['match', ['get', 'kind'], 'capital', 2.6, 1.9],
        'circle-color': colour.dot,
        'circle-stroke-color': colour.halo,
        'circle-stroke-width': 1,
      },
    },
    {
      id: 'pins',
      type: 'symbol',
      source: 'points',
      filter: ['!', ['has', 'point_count']],
      layout: { 'icon-image': pinNameOf(ground), 'icon-allow-overlap': true },
      paint: { 'icon-opacity': seen },
    },
    ...names(ground, language),
    {
      id: 'pick',
      type: 'fill',
      source: 'pick',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': colour.focus, 'fill-opacity': 0.18 },
    },
    {
      id: 'pick-edge',
      type: 'line',
      source: 'pick',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'line-color': colour.focus, 'line-width': 2, 'line-dasharray': [3, 2] },
    },
    {
      id: 'pick-middle',
      type: 'circle',
      source: 'pick',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 5,
        'circle-color': colour.focus,
        'circle-stroke-color': colour.casing,
        'circle-stroke-width': 2,
      },
    },
    // A count must be readable: names give way to it.
    {
      id: 'badges',
      type: 'symbol',
      source: 'badges',
      layout: {
        'icon-image': `area/${ground}`,
        'icon-allow-overlap': true,
        'text-field': ['to-string', ['get', 'count']],
        'text-font': ['system-ui', 'sans-serif'],
        'text-size': 12,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': colour.ink, 'icon-opacity': seen, 'text-opacity': counts },
    },
    {
      id: 'clusters',
      type: 'symbol',
      source: 'points',
      filter: ['has', 'point_count'],
      layout: {
        'icon-image': ringName(ground),
        // The disc's area follows the root of the count.
        'icon-size': ['interpolate', ['linear'], ['sqrt', ['sqrt', ['get', 'point_count']]], 1.1, 0.8, 3, 1.1, 10, 1.9],
        'icon-allow-overlap': true,
        'text-field': [
          'case',
          ['>=', ['get', 'point_count'], 10_000],
          ['concat', ['to-string', ['round', ['/', ['get', 'point_count'], 1000]]], 'k'],
          ['to-string', ['get', 'point_count']],
        ],
        'text-font': ['system-ui', 'sans-serif'],
        'text-size': ['interpolate', ['linear'], ['sqrt', ['sqrt', ['get', 'point_count']]], 1.1, 12, 3, 13.5, 10, 17],
        'text-allow-overlap': true,
      },
      paint: {
        'text-color': faded ? colour.ink : colour.onCluster,
        'icon-opacity': seen,
        'text-opacity': counts,
      },
    },
    // Above the count of those it stands among.
    {
      id: 'chosen',
      type: 'symbol',
      source: 'chosen',
      layout: { 'icon-image': pinNameOf(ground), 'icon-size': 1.3, 'icon-allow-overlap': true },
    },
  ];
}

/** Land, water, borders: quiet, whoever made the file. No fill tells one country from another. */
function outlines(ground: GroundName, { schema, borders }: Base): LayerSpecification[] {
  const colour = GROUNDS[ground];
  const width: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 1, 0.5, 6, 1, 10, 1.4];
  const fill = (id: string, tone: string): LayerSpecification => ({
    id,
    type: 'fill',
    source: 'base',
    'source-layer': id,
    // Water of Protomaps has rivers as lines and lakes' names as points.
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': tone },
  });
  const line = (
    id: string,
    source: string,
    layer: string | null,
    filter: ExpressionSpecification | boolean,
    dashed: boolean,
  ): LayerSpecification => ({
    id,
    type: 'line',
    source,
    ...(layer && { 'source-layer': layer }),
    filter: filter as ExpressionSpecification,
    layout: { 'line-join': 'round' },
    paint: { 'line-color': colour.border, 'line-width': width, ...(dashed && { 'line-dasharray': [4, 3] }) },
  });
  const settled = (is: boolean): ExpressionSpecification => ['==', ['==', ['get', 'disputed'], true], !is];
  const found: LayerSpecification[] =
    schema === 'protomaps'
      ? [
          fill('earth', colour.land),
          fill('water', colour.sea),
          { ...line('roads', 'base', 'roads', true, false), minzoom: 7 } as LayerSpecification,
        ]
      : schema === 'ours'
        ? [fill('land', colour.land)]
        : [];
  if (borders === 'own')
    found.push(
      line('borders', 'lines', null, settled(true), false),
      line('borders-unsettled', 'lines', null, settled(false), true),
    );
  else if (borders === 'drawn' && schema === 'ours')
    found.push(
      line('borders', 'base', 'borders', true, false),
      line('borders-unsettled', 'base', 'borders_unsettled', true, true),
    );
  else if (borders === 'drawn' && schema === 'protomaps') {
    const country: ExpressionSpecification = ['==', ['get', 'kind'], 'country'];
    found.push(
      line('borders', 'base', 'boundaries', ['all', country, settled(true)], false),
      line('borders-unsettled', 'base', 'boundaries', settled(false), true),
    );
  }
  return found;
}

/** Names stand above the symbols: below, they vanish. None sits on its own spot, where a symbol may be. */
function names(ground: GroundName, language: string): LayerSpecification[] {
  const colour = GROUNDS[ground];
  // In the reader's language where the data has it; the local name stands beneath, where it is another.
  const own: ExpressionSpecification = ['coalesce', ['get', `name_${language}`], ''];
  const first: ExpressionSpecification = ['case', ['==', own, ''], ['get', 'name'], own];
  const beneath: ExpressionSpecification =
    language === 'ar' ? ['get', 'name'] : ['coalesce', ['get', 'name_local'], ''];
  const local: ExpressionSpecification = [
    'format',
    first,
    {},
    ['case', ['any', ['==', beneath, ''], ['==', beneath, first]], '', ['concat', '\n', beneath]],
    { 'font-scale': 0.88 },
  ];
  const common = {
    'text-color': colour.name,
    'text-halo-color': colour.halo,
    'text-halo-width': 1.4,
    'text-halo-blur': 0.3,
  };
  return [
    {
      id: 'names-places',
      type: 'symbol',
      source: 'names',
      'source-layer': 'places',
      filter: ['match', ['get', 'kind'], ['country', 'region', 'sea', 'continent', 'admin'], false, true],
      layout: {
        'text-field': ['step', ['zoom'], first, 7, local],
        'text-font': ['system-ui', 'sans-serif'],
        'text-size': [
          'interpolate',
          ['linear'],
          ['zoom'],
          3,
          ['match', ['get', 'kind'], 'capital', 11.5, 10.5],
          9,
          ['match', ['get', 'kind'], 'capital', 14, 12.5],
        ],
        'text-variable-anchor': ['top', 'bottom', 'left', 'right'],
        'text-radial-offset': 0.75,
        'text-justify': 'auto',
        'text-max-width': 9,
        'text-padding': 4,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 99],
      },
      paint: common,
    },
    {
      id: 'names-areas',
      type: 'symbol',
      source: 'names',
      'source-layer': 'places',
      filter: ['match', ['get', 'kind'], ['region', 'admin', 'sea', 'continent'], true, false],
      minzoom: 3,
      layout: {
        'text-field': first,
        'text-font': ['system-ui', 'sans-serif'],
        'text-size': 11,
        'text-letter-spacing': 0.06,
        'text-max-width': 8,
        'text-padding': 12,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 99],
      },
      paint: {
        ...common,
        'text-color': [
          'match',
          ['get', 'kind'],
          'sea',
          colour.nameSea,
          colour.nameSoft,
        ] as unknown as ExpressionSpecification,
        'text-halo-color': [
          'match',
          ['get', 'kind'],
          'sea',
          colour.sea,
          colour.halo,
        ] as unknown as ExpressionSpecification,
      },
    },
    {
      id: 'names-countries',
      type: 'symbol',
      source: 'names',
      'source-layer': 'places',
      filter: ['==', ['get', 'kind'], 'country'],
      maxzoom: 8,
      layout: {
        'text-field': first,
        'text-font': ['system-ui', 'sans-serif'],
        'text-transform': 'uppercase',
        'text-letter-spacing': 0.12,
        'text-size': ['interpolate', ['linear'], ['zoom'], 1, 8.5, 4, 11, 7, 13.5],
        'text-max-width': 7,
        'text-padding': 6,
        'text-variable-anchor': ['center', 'bottom', 'top', 'right', 'left'],
        'text-radial-offset': 1.4,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 99],
      },
      paint: { ...common, 'text-color': colour.nameSoft },
    },
  ];
}

function ringName(ground: GroundName): ExpressionSpecification {
  const shares = KINDS.flatMap((kind, i) => [
    ...(i === 0 ? [] : ['.']),
    ['to-string', ['round', ['/', ['*', SHARES, ['get', kind]], ['get', 'point_count']]]],
  ]);
  return ['concat', `ring/${ground}/`, ...shares] as unknown as ExpressionSpecification;
}

function pinNameOf(ground: GroundName): ExpressionSpecification {
  return ['concat', `pin/${ground}/`, ['get', 'kind'], ['case', ['get', 'soft'], '/soft', '']];
}
