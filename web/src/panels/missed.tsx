// Words the reader chose -> an incident that was missed. The chosen words are read again by themselves, which often
// gives type, place and day at once; the reader says what is still open.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { readOnly } from '../api/client';
import { type Feature, feature, type Report } from '../api/columns';
import { TYPES } from '../api/generated';
import { type Edit, typed } from '../state/edit';
import { incident } from '../state/incident';
import { when } from '../words/when';
import { doubt, where } from '../words/where';
import { type Key, t } from '../words/words';
import { typeName } from './editor';
import { Facts, type Panel } from './parts';
import type { Chosen } from './text';

type Props = Panel & {
  words: Chosen;
  report: Report;
  n: number;
  onMade: (made: { id: string; feature: Feature; body: Record<string, unknown> }) => void;
};

export function Missed({ words, report, n, onMade }: Props): JSX.Element {
  const [guess, setGuess] = useState<Feature | null>(null);
  const [type, setType] = useState<keyof typeof TYPES | null>(null);

  useEffect(() => {
    let gone = false;
    readOnly(words.text, 'text/plain', report.published)
      .then(({ features }) => {
        if (!gone) setGuess(features[0] ?? null);
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [words.text, report.published]);

  const guessed = guess?.row.type;
  const chosen = type ?? (guessed && guessed in TYPES ? (guessed as keyof typeof TYPES) : 'other');
  const make = (): void => {
    const id = `new-${n}`;
    const feature = blank(id, words.text, guess, typed(chosen, typeName(chosen)));
    onMade({ id, feature, body: bodyOf(feature, chosen, words.text) });
  };
  return (
    <form
      class="missed"
      aria-label={t('missed_make')}
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <p>
        <b>{t('missed_words')}</b> <q dir="auto">{short(words.text)}</q>
      </p>
      <p class="soft-text">
        {guess ? <Facts of={[when(guess.row), where(guess.row), doubt(incident(guess))]} /> : t('missed_open')}
      </p>
      <div class="buttons">
        <select
          id="missed-type"
          aria-label={t('correct_type')}
          value={chosen}
          onChange={(event) => setType(event.currentTarget.value as keyof typeof TYPES)}
        >
          {(Object.keys(TYPES) as (keyof typeof TYPES)[]).map((code) => (
            <option key={code} value={code}>
              {typeName(code)}
            </option>
          ))}
        </select>
        <button type="submit" id="missed-make" class="plain strong">
          {t('missed_make' as Key)}
        </button>
      </div>
    </form>
  );
}

const TITLE_MAX = 90;

function short(text: string): string {
  const points = Array.from(text);
  return points.length > TITLE_MAX ? `${points.slice(0, TITLE_MAX).join('')} …` : text;
}

function blank(id: string, words: string, guess: Feature | null, edit: Edit): Feature {
  const properties = { ...guess?.row, incident_id: id, title: guess?.row.title ?? short(words) };
  const made = feature({ id, geometry: guess?.geometry ?? null, properties });
  if (!made) throw new Error('an incident has an id');
  return { ...made, row: { ...made.row, standing: 'happened', status: 'draft', ...edit.row } };
}

/** As `POST /incidents` takes it. */
function bodyOf({ row, geometry }: Feature, type: string, words: string): Record<string, unknown> {
  const body: Record<string, unknown> = { type, title: row.title ?? short(words) };
  if (row.date_start || row.date_end)
    body.date = { start: row.date_start, end: row.date_end, precision: row.date_precision ?? 'span' };
  if (geometry?.type === 'Point') {
    const [lon, lat] = geometry.coordinates;
    const itself = row.place_id !== null && row.place_precision !== 'near_place';
    body.place = itself ? { id: row.place_id } : { lat, lon, ...(row.place ? { name: row.place } : {}) };
    if (!itself) body.radius_m = row.radius_m;
  } else if (row.place_id) {
    body.place = { id: row.place_id };
  }
  return body;
}
