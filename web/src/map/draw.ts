// The loud room of the map: MapLibre. It draws states and reports what the reader does as events.
//
// Nothing is decided here: what is shown, faded or selected stands in the state.

import {
  addProtocol,
  type GeoJSONSource,
  Map as GlMap,
  NavigationControl,
  type PointLike,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { FeatureCollection } from 'geojson';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Place } from '../api/columns';
import { siteList } from '../api/site';
import { groundOf } from '../look/ground';
import type { GroundName } from '../look/palette';
import { type Box, boxOf, type Incident } from '../state/incident';
import { type Event, far as farOf, onMap, type State, selection } from '../state/state';
import { type Camera, camera } from '../state/view';
import { language, t } from '../words/words';
import { basemap, basemapCredit, baseOf } from './basemap';
import { type Cluster, clustered, drawn, partsAt, roomAround } from './clusters';
import { far } from './far';
import { IMAGE_SCALE, image } from './images';
import { type AreaGroup, areaGroups, areas, badges, isSoft } from './marks';
import { circle, holds } from './shapes';
import { type Base, layers, MARKS, style } from './style';

export type Drawing = { show: (state: State) => void; remove: () => void };

/** A click counts for marks this near, in CSS pixels. */
const NEAR_PX = 5;

/** A circle smaller than this on the screen cannot be judged. */
const CIRCLE_PX_MIN = 44;

const ZOOM_MAX = 16;
const FOLLOW_ZOOM_MAX = 10;

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

/** The names: tiles of the server's gazetteer, or the one file of a published site. */
function namesAt(protocol: Protocol): { url: string } | { tiles: string[]; maxzoom: number } {
  if (siteList) {
    const file = new URL('names.pmtiles', document.baseURI).href;
    protocol.add(basemap(file));
    return { url: `pmtiles://${file}` };
  }
  return { tiles: [`${new URL('tiles/places/', document.baseURI).href}{z}/{x}/{y}.mvt`], maxzoom: 12 };
}

/** As the reader's language writes it short. */
function unit(name: 'meter' | 'kilometer'): string {
  const parts = new Intl.NumberFormat(language(), { style: 'unit', unit: name }).formatToParts(20);
  return parts.find((it) => it.type === 'unit')?.value ?? name;
}

/** Rejects where the browser has no WebGL 2. */
export async function draw(container: HTMLElement, begin: State, dispatch: (event: Event) => void): Promise<Drawing> {
  const ground = groundOf(begin.theme);
  const { camera: linked } = begin.view;
  const basemapAt = new URL('basemap.pmtiles', document.baseURI).href;
  const protocol = new Protocol();
  const outlines = basemap(basemapAt);
  protocol.add(outlines);
  const base = await baseOf(outlines);
  const names = namesAt(protocol);
  addProtocol('pmtiles', protocol.tile);

  const map = new GlMap({
    container,
    style: style(ground, { basemap: basemapAt, names }, language(), base),
    center: linked ? [linked.lon, linked.lat] : [20, 22],
    zoom: linked?.zoom ?? 1.4,
    maxZoom: ZOOM_MAX,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    // Names that fade in are drawn many times over, and a filter would be felt only when they stand.
    fadeDuration: 0,
    locale: {
      'Map.Title': t('map'),
      'ScaleControl.Meters': unit('meter'),
      'ScaleControl.Kilometers': unit('kilometer'),
    },
    cooperativeGestures: begin.view.embed,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.setMissingStyleImageResolver((name) => {
    const made = image(name);
    if (made && !map.hasImage(name)) map.addImage(name, made, { pixelRatio: IMAGE_SCALE });
  });
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ unit: 'metric', maxWidth: 110 }), 'bottom-right');
  // A missing tile is no news: the page goes on without it.
  map.on('error', () => {});

  // For tests and for readers with a console.
  Object.assign(window, { __placetime: { map } });

  let shown: Shown | null = null;
  let wished = begin;
  let loaded = false;
  /** The page's own first look is not the reader's choice and is not written into the address. */
  let firstLook = linked === null;

  const tell = (): void => {
    const { lng, lat } = map.getCenter();
    dispatch({ is: 'map-moved', camera: firstLook ? null : camera(lat, lng, map.getZoom()), box: boxSeen(map) });
  };
  map.on('movestart', (event) => {
    if (event.originalEvent) firstLook = false;
  });
  map.on('moveend', tell);
  // Marks are made for a whole zoom and some room round what is seen.
  map.on('move', () => shown?.tiles === null && regroup(shown.hits, false));
  map.on('load', () => {
    loaded = true;
    dispatch({ is: 'map-drawn', credit: basemapCredit() });
    show(wished);
    tell();
  });

  map.on('click', (event) => {
    const { lng, lat } = event.lngLat.wrap();
    if (wished.pick) {
      const at = { lat: Number(lat.toFixed(5)), lon: Number(lng.toFixed(5)) };
      dispatch({ is: 'picking', pick: { ...wished.pick, at } });
      return;
    }
    const { x, y } = event.point;
    const around: [PointLike, PointLike] = [
      [x - NEAR_PX, y - NEAR_PX],
      [x + NEAR_PX, y + NEAR_PX],
    ];
    if (shown?.tiles != null) {
      dispatch(spotFar(around, [lng, lat]));
      return;
    }
    const ids = new Set<string>();
    let zoomTo: Camera | null = null;
    for (const mark of map.queryRenderedFeatures(around, { layers: [...MARKS] })) {
      const { id, key } = mark.properties;
      if (mark.layer.id === 'pins') ids.add(String(id));
      else if (mark.layer.id === 'badges') for (const one of group(key)?.ids ?? []) ids.add(one);
      else {
        const cluster = clusters[Number(key)];
        if (!cluster) continue;
        for (const it of cluster.members) ids.add(it.id);
        // Points on one spot never part; zooming would promise in vain.
        const zoom = partsAt(cluster, map.getZoom(), ZOOM_MAX);
        if (zoom !== null) zoomTo = camera(cluster.lat, cluster.lon, zoom);
      }
    }
    if (ids.size === 0)
      for (const it of shown?.groups ?? []) if (holds(it.area, [lng, lat])) for (const id of it.ids) ids.add(id);
    dispatch(ids.size > 0 ? { is: 'spot-clicked', ids: [...ids], camera: zoomTo } : { is: 'closed' });
  });
  map.on('mousemove', (event) => {
    if (wished.pick) {
      map.getCanvas().style.cursor = 'crosshair';
      return;
    }
    const over = map.queryRenderedFeatures(event.point, { layers: MARKS.filter((id) => map.getLayer(id)) });
    map.getCanvas().style.cursor = over.length > 0 ? 'pointer' : '';
  });

  const tiled = far(map, () => source('points'));

  /** A spot of what the server holds: a mark's square, an outline, or one incident. */
  function spotFar(around: [PointLike, PointLike], at: [number, number]): Event {
    const marks = map.queryRenderedFeatures(around, { layers: [...MARKS] });
    const cluster = marks.find((it) => it.layer.id === 'clusters');
    const square = cluster && tiled.squares()[Number(cluster.properties.key)];
    if (square) {
      const zoom = Math.floor(map.getZoom()) + 2;
      const to = square.one || zoom > ZOOM_MAX ? null : camera(square.lat, square.lon, zoom);
      return { is: 'spot-clicked', ids: [], camera: to, box: square.box };
    }
    const pin = marks.find((it) => it.layer.id === 'pins');
    if (pin) return { is: 'opened', id: String(pin.properties.id) };
    const badge = marks.find((it) => it.layer.id === 'badges');
    const area = badge ? group(badge.properties.key) : shown?.groups.findLast((it) => holds(it.area, at));
    return area?.name ? { is: 'spot-clicked', ids: [], camera: null, area: area.name } : { is: 'closed' };
  }

  let clusters: readonly Cluster[] = [];
  let grouped: { zoom: number; room: Box } | null = null;

  /** Makes the marks anew where the incidents, the zoom or the view ask for it. */
  function regroup(incidents: readonly Incident[], anyway: boolean): void {
    const zoom = Math.floor(map.getZoom());
    const box = boxSeen(map);
    const holds =
      grouped &&
      grouped.room.west <= box.west &&
      grouped.room.east >= box.east &&
      grouped.room.south <= box.south &&
      grouped.room.north >= box.north;
    if (!anyway && grouped?.zoom === zoom && holds) return;
    grouped = { zoom, room: roomAround(box) };
    clusters = clustered(incidents, zoom, grouped.room);
    source('points').setData(drawn(clusters));
  }

  const group = (key: unknown): AreaGroup | undefined => shown?.groups.find((it) => it.key === key);
  const source = (id: string): GeoJSONSource => map.getSource(id) as GeoJSONSource;

  function show(state: State): void {
    wished = state;
    if (!loaded) return;
    const before = shown;
    const many = farOf(state);
    const now: Shown = {
      hits: onMap(state),
      tiles: many?.tiles ?? null,
      areas: many?.areas ?? null,
      chosen: selection(state),
      ground: groundOf(state.theme),
      turn: state.goTo?.turn ?? 0,
      groups: before?.groups ?? [],
      pick: state.pick,
      language: language(),
    };
    if (now.tiles !== before?.tiles) tiled.ask(now.tiles);
    if (now.areas !== before?.areas || (!many && now.hits !== before?.hits)) {
      now.groups = now.areas ?? areaGroups(now.hits);
      if (!many) regroup(now.hits, true);
      source('areas').setData(areas(now.groups));
      source('badges').setData(badges(now.groups));
    }
    if (now.chosen !== before?.chosen) {
      const { chosen } = now;
      source('doubt').setData(one(chosen && doubt(chosen), chosen));
      source('chosen').setData(one(chosen?.geometry?.type === 'Point' ? chosen.geometry : null, chosen));
    }
    if (now.pick !== before?.pick) {
      const { at = null, radius_m = 0 } = now.pick ?? {};
      source('pick').setData({
        type: 'FeatureCollection',
        features: at
          ? [
              { type: 'Feature', geometry: circle(at.lon, at.lat, radius_m), properties: {} },
              { type: 'Feature', geometry: { type: 'Point', coordinates: [at.lon, at.lat] }, properties: {} },
            ]
          : [],
      });
    }
    if (before && now.language !== before.language) {
      for (const layer of layers(now.ground, false, now.language, base))
        if (layer.id.startsWith('names')) {
          const field = (layer.layout as Record<string, unknown>)['text-field'];
          map.setLayoutProperty(layer.id, 'text-field', field as never);
        }
    }
    const faded = now.chosen?.geometry != null;
    const fadedBefore = before?.chosen?.geometry != null;
    if (now.ground !== (before?.ground ?? ground) || faded !== fadedBefore) repaint(map, now.ground, faded, base);
    shown = now;
    look(state, before);
  }

  /** The map alone writes the state's camera; whoever else wants it moved asks by `goTo` or by selecting. */
  function look(state: State, before: Shown | null): void {
    const motion = matchMedia('(prefers-reduced-motion: reduce)').matches ? { duration: 0 } : { duration: 500 };
    if (state.goTo && state.goTo.turn !== (before?.turn ?? 0)) {
      firstLook = false;
      const { to } = state.goTo;
      if ('zoom' in to) map.easeTo({ center: [to.lon, to.lat], zoom: to.zoom, ...motion });
      else map.fitBounds([to.west, to.south, to.east, to.north], { padding: 30, ...motion });
      return;
    }
    const first = !before || before.hits.length === 0;
    if (firstLook && first && !farOf(state)) {
      const box = aroundAll(shown?.hits ?? []);
      if (box) map.fitBounds([box.west, box.south, box.east, box.north], { padding: 50, maxZoom: 7, duration: 0 });
    }
    const chosen = shown?.chosen ?? null;
    // A link that names both a view and an incident shows that view.
    if (chosen && chosen !== before?.chosen && !(first && linked)) {
      follow(map, chosen, motion, () => {
        firstLook = false;
      });
    }
  }

  return { show, remove: () => map.remove() };
}

type Shown = {
  hits: readonly Incident[];
  /** The filter of the server's tiles, where it holds the incidents. */
  tiles: string | null;
  areas: readonly AreaGroup[] | null;
  chosen: Incident | null;
  ground: GroundName;
  turn: number;
  groups: readonly AreaGroup[];
  pick: State['pick'];
  language: string;
};

function one(geometry: Place | null, of: Incident | null): FeatureCollection {
  if (!geometry || !of) return { type: 'FeatureCollection', features: [] };
  const properties = { id: of.id, kind: of.kind, soft: isSoft(of), radius_m: of.row.radius_m };
  return { type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties }] };
}

/** The circle of a point, or the area itself. */
function doubt({ geometry, row }: Incident): Place | null {
  if (geometry?.type !== 'Point') return geometry;
  const [lon = 0, lat = 0] = geometry.coordinates;
  return row.radius_m ? circle(lon, lat, row.radius_m) : null;
}

function repaint(map: GlMap, ground: GroundName, faded: boolean, base: Base): void {
  for (const layer of layers(ground, faded, language(), base)) {
    for (const [name, value] of Object.entries(layer.paint ?? {}))
      map.setPaintProperty(layer.id, name as never, value as never);
    const icon = (layer.layout as Record<string, unknown> | undefined)?.['icon-image'];
    if (icon !== undefined && JSON.stringify(map.getLayoutProperty(layer.id, 'icon-image')) !== JSON.stringify(icon))
      map.setLayoutProperty(layer.id, 'icon-image', icon as never);
  }
}

/** Brings the doubt into view, large enough to be judged, and otherwise leaves the map where it is. */
function follow(map: GlMap, chosen: Incident, motion: { duration: number }, moves: () => void): void {
  const shape = doubt(chosen) ?? chosen.geometry;
  if (!shape) return;
  const ends = boxOf(shape);
  const low = map.project([ends.west, ends.south]);
  const high = map.project([ends.east, ends.north]);
  const { clientWidth, clientHeight } = map.getContainer();
  const width = high.x - low.x;
  const margin = 24;
  const inView =
    low.x >= margin && high.x <= clientWidth - margin && high.y >= margin && low.y <= clientHeight - margin;
  if (inView && width >= CIRCLE_PX_MIN) return;
  moves();
  const padding = Math.min(clientWidth, clientHeight) * 0.3;
  map.fitBounds([ends.west, ends.south, ends.east, ends.north], { padding, maxZoom: FOLLOW_ZOOM_MAX, ...motion });
}

/**
 * Round the points; round the areas when there is none, since a country's outline would dwarf the rest. The
 * box leaves out the widest empty stretch of longitude, so that both sides of the date line can stand together.
 */
function aroundAll(incidents: readonly Incident[]): Box | null {
  const points = incidents.filter((it) => it.geometry?.type === 'Point');
  const boxes = (points.length > 0 ? points : incidents).flatMap((it) => (it.box ? [it.box] : []));
  if (boxes.length === 0) return null;
  boxes.sort((a, b) => a.west - b.west);
  let gap = { width: -1, west: 0, east: 0 };
  let east = Math.max(...boxes.map((it) => it.east)) - 360;
  for (const box of boxes) {
    if (box.west - east > gap.width) gap = { width: box.west - east, west: east, east: box.west };
    east = Math.max(east, box.east);
  }
  return {
    west: gap.east,
    east: gap.west + 360,
    south: Math.min(...boxes.map((it) => it.south)),
    north: Math.max(...boxes.map((it) => it.north)),
  };
}

function boxSeen(map: GlMap): Box {
  const bounds = map.getBounds();
  return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
}
