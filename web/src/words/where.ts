// A place with its doubt, in words, and why an incident is not on the map.

import type { Row } from '../api/columns';
import type { Incident } from '../state/incident';
import { distance, t } from './words';

type Told = Pick<Row, 'place' | 'place_text' | 'place_precision' | 'radius_m'>;

export function where({ place, place_text, place_precision }: Told): string {
  if (!place) return place_text ? t('where_only', { words: place_text }) : t('where_none');
  switch (place_precision) {
    case 'near_place':
      return startsNear(place) ? place : t('where_near', { place });
    case 'admin':
    case 'region':
    case 'country':
    case 'sea':
      return t('where_somewhere', { place });
    default:
      return place;
  }
}

/** "within 29 km"; for an area its width. */
export function doubt({ geometry, row }: Incident): string {
  if (geometry === null) return t('doubt_none');
  if (row.radius_m === null) return t('doubt_no_radius');
  if (geometry.type === 'Point') return t('doubt_within', { distance: distance(row.radius_m) });
  return t('doubt_area', { distance: distance(2 * row.radius_m) });
}

/** Why an incident is not on the map, each reason a phrase. */
export function unplacedBecause({ row, span }: Incident): string[] {
  const known = row.place ?? row.place_text;
  const reasons = [known === null ? t('unplaced_none') : t('unplaced_known_as', { place: `“${known}”` })];
  if (span === null) reasons.push(t('unplaced_no_date'));
  return reasons;
}

/** "70 km northeast of al-Tanf" needs no "near" before it. */
function startsNear(place: string): boolean {
  return /^(near|around|between|outside|\d)|\bof\b/i.test(place);
}
