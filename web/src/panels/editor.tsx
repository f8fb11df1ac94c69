// Corrections of one incident: its place, date, type, figures, parties. Each makes an `Edit`; whether that is kept
// for later (a reading) or sent at once (a ruling) is the caller's business.

import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { meanings, places } from '../api/client';
import type { Candidate } from '../api/columns';
import { TYPES } from '../api/generated';
import {
  calendarAt,
  counted,
  dated,
  type Edit,
  moveNowhere,
  moveTo,
  moveToPoint,
  named,
  namesOf,
  PRECISIONS,
  type Precision,
  precisionOf,
  spanAt,
  TOLLS,
  type Tolls,
  typed,
  wrongToll,
} from '../state/edit';
import { folded, type Incident } from '../state/incident';
import { type Editing, PICK_START } from '../state/state';
import { country, distance, type Key, maybe, t } from '../words/words';
import { Calendar } from './calendar';
import { Combo } from './combo';
import { Facts, type Panel } from './parts';

const TYPING_MS = 150;

export const RADII_M = [500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000] as const;

type Props = Panel & { incident: Incident; published: string | null; onEdit: (edit: Edit) => void };

export function Editor({ what, ...props }: Props & { what: Editing }): JSX.Element | null {
  switch (what) {
    case 'place':
      return <PlaceEditor {...props} />;
    case 'date':
      return <DateEditor {...props} />;
    case 'type':
      return <TypeEditor {...props} />;
    case 'toll':
      return <TollEditor {...props} />;
    case 'actors':
      return <ActorsEditor {...props} />;
    default:
      return null;
  }
}

export function typeName(code: string): string {
  return maybe(`type_${code}`) ?? code;
}

/** Another candidate for the report's words; a name looked up; a spot on the map; nowhere. */
function PlaceEditor({ state, dispatch, incident, onEdit }: Props): JSX.Element {
  const { row } = incident;
  const [words, setWords] = useState('');
  const [found, setFound] = useState<readonly Candidate[] | null>(null);
  const phrase = row.place_text?.split('; ')[0] ?? null;

  useEffect(() => {
    const stop = new AbortController();
    const ask = words.trim().length >= 2 ? () => places(words, stop.signal, 8) : null;
    const first = phrase ? () => meanings(phrase, row.country ? [row.country] : [], stop.signal) : null;
    const what = ask ?? first;
    if (!what) {
      setFound([]);
      return;
    }
    const timer = setTimeout(
      () =>
        what()
          .then(setFound)
          .catch(() => setFound([])),
      ask ? TYPING_MS : 0,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words, phrase, row.country]);

  const { pick } = state;
  const options = (found ?? []).filter((it) => it.name !== row.place || words !== '');
  if (pick) {
    const { at, radius_m } = pick;
    const middle = state.view.camera ?? middleOf(state.box);
    return (
      <div class="editor">
        <p>{at ? t('pick_chosen', { lat: at.lat.toFixed(4), lon: at.lon.toFixed(4) }) : t('pick_click')}</p>
        <label class="field">
          <span>{t('pick_radius')}</span>
          <select
            value={radius_m}
            onChange={(event) =>
              dispatch({ is: 'picking', pick: { ...pick, radius_m: Number(event.currentTarget.value) } })
            }
          >
            {RADII_M.map((metres) => (
              <option key={metres} value={metres}>
                {distance(metres)}
              </option>
            ))}
          </select>
        </label>
        <div class="buttons">
          <button
            type="button"
            class="plain strong"
            disabled={!at}
            onClick={() => at && onEdit(moveToPoint(at.lat, at.lon, radius_m, null))}
          >
            {t('pick_use')}
          </button>
          {middle && (
            <button
              type="button"
              class="plain"
              onClick={() => dispatch({ is: 'picking', pick: { ...pick, at: { lat: middle.lat, lon: middle.lon } } })}
            >
              {t('pick_middle')}
            </button>
          )}
          <button type="button" class="plain" onClick={() => dispatch({ is: 'picking', pick: null })}>
            {t('cancel')}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class="editor">
      <Combo
        id="place-editor"
        label={t('correct_place')}
        hint={t('place_hint')}
        words={words}
        onWords={setWords}
        options={options}
        keyOf={(it) => `${it.name} ${it.lat} ${it.lon}`}
        show={(it) => <CandidateWords candidate={it} />}
        onTake={(it) => onEdit(moveTo(it, null))}
        empty={found === null ? t('loading_short') : t('place_no_candidate')}
      />
      <div class="buttons">
        {state.map !== 'absent' && (
          <button type="button" class="plain" onClick={() => dispatch({ is: 'picking', pick: PICK_START })}>
            {t('place_on_map')}
          </button>
        )}
        <button type="button" class="plain" onClick={() => onEdit(moveNowhere())}>
          {t('place_nobody')}
        </button>
        <Cancel dispatch={dispatch} />
      </div>
    </div>
  );
}

function middleOf(box: Panel['state']['box']): { lat: number; lon: number } | null {
  return box && { lat: (box.north + box.south) / 2, lon: (box.east + box.west) / 2 };
}

function CandidateWords({ candidate }: { candidate: Candidate }): JSX.Element {
  const where = [candidate.admin1, candidate.country && country(candidate.country)].filter(Boolean).join(', ');
  const precision = maybe(`precision_${precisionOf(candidate)}`);
  const doubt = candidate.radius_m === null ? null : t('doubt_within', { distance: distance(candidate.radius_m) });
  return (
    <>
      <bdi>{candidate.name}</bdi>{' '}
      <span class="soft-text">
        <Facts of={[where, candidate.kind ?? precision, doubt]} />
      </span>
    </>
  );
}

/** A calendar, and how closely the day is told: a month is chosen by any of its days. */
function DateEditor({ dispatch, incident, published, onEdit }: Props): JSX.Element {
  const { row } = incident;
  const known = PRECISIONS.find((it) => it === row.date_precision);
  const [precision, setPrecision] = useState<Precision>(known && known !== 'unknown' ? known : 'day');
  const [first, setFirst] = useState<number | null>(null);
  const begin = useMemo(() => calendarAt(row, published, Math.floor(Date.now() / 86_400_000)), [row, published]);
  const two = precision === 'days' || precision === 'span';
  const choose = (day: number): void => {
    if (!two) {
      const span = spanAt(day, precision);
      onEdit(dated(span.first, span.last, precision));
    } else if (first === null) setFirst(day);
    else onEdit(dated(Math.min(first, day), Math.max(first, day), precision));
  };
  const shown = first === null ? (row.date_start && !two ? spanAt(begin, precision) : null) : { first, last: first };
  return (
    <div class="editor">
      <label class="field">
        <span>{t('date_precision')}</span>
        <select
          id="date-precision"
          value={precision}
          onChange={(event) => {
            const chosen = event.currentTarget.value as Precision;
            setFirst(null);
            setPrecision(chosen);
          }}
        >
          {PRECISIONS.filter((it) => it !== 'unknown').map((it) => (
            <option key={it} value={it}>
              {t(`date_${it}` as Key)}
            </option>
          ))}
        </select>
      </label>
      {two && <p class="soft-text">{t(first === null ? 'date_first' : 'date_last')}</p>}
      <Calendar begin={begin} first={shown?.first ?? null} last={shown?.last ?? null} focus onChoose={choose} />
      <div class="buttons">
        <button type="button" class="plain" onClick={() => onEdit(dated(null, null, 'unknown'))}>
          {t('date_nobody')}
        </button>
        <Cancel dispatch={dispatch} />
      </div>
    </div>
  );
}

function TypeEditor({ dispatch, onEdit }: Props): JSX.Element {
  const [words, setWords] = useState('');
  const all = Object.keys(TYPES) as (keyof typeof TYPES)[];
  const options = all.filter((code) => folded(`${typeName(code)} ${code}`).includes(folded(words.trim())));
  return (
    <div class="editor">
      <Combo
        id="type-editor"
        label={t('correct_type')}
        hint={t('type_hint')}
        words={words}
        onWords={setWords}
        options={options}
        keyOf={(it) => it}
        show={typeName}
        onTake={(it) => onEdit(typed(it, typeName(it)))}
        empty={t('type_none')}
      />
      <div class="buttons">
        <Cancel dispatch={dispatch} />
      </div>
    </div>
  );
}

function TollEditor({ dispatch, incident: { row }, onEdit }: Props): JSX.Element {
  const [toll, setToll] = useState<Tolls>(Object.fromEntries(TOLLS.map((name) => [name, row[name]])) as Tolls);
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus({ preventScroll: true }), []);
  const wrong = wrongToll(toll);
  const pairs = [
    ['killed', 'killed_min', 'killed_max'],
    ['injured', 'injured_min', 'injured_max'],
    ['civilians_killed', 'civilians_killed_min', 'civilians_killed_max'],
  ] as const;
  const box = (name: keyof Tolls, label: string, ref?: typeof first): JSX.Element => (
    <input
      ref={ref ?? null}
      type="number"
      min={0}
      step={1}
      aria-label={label}
      value={toll[name] ?? ''}
      onInput={(event) => {
        const value = event.currentTarget.valueAsNumber;
        setToll({ ...toll, [name]: Number.isInteger(value) && value >= 0 ? value : null });
      }}
    />
  );
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) return;
        const edit = counted(toll, row);
        // Nothing changed, nothing decided.
        if (Object.keys(edit.row).length > 0) onEdit(edit);
        else dispatch({ is: 'editing', what: null });
      }}
    >
      <p class="soft-text">{t('toll_hint')}</p>
      {pairs.map(([name, least, most], i) => (
        <fieldset key={name} class="toll-pair">
          <legend>{t(name)}</legend>
          {box(least, t('toll_least_of', { what: t(name) }), i === 0 ? first : undefined)}
          <span aria-hidden="true">–</span>
          {box(most, t('toll_most_of', { what: t(name) }))}
        </fieldset>
      ))}
      {wrong && <p role="alert">{t(wrong)}</p>}
      <div class="buttons">
        <button type="submit" class="plain strong" disabled={wrong !== null}>
          {t('apply')}
        </button>
        <Cancel dispatch={dispatch} />
      </div>
    </form>
  );
}

function ActorsEditor({ dispatch, incident: { row }, onEdit }: Props): JSX.Element {
  const [actors, setActors] = useState(row.actors ?? '');
  const [targets, setTargets] = useState(row.targets ?? '');
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus({ preventScroll: true }), []);
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        const edit = named(namesOf(actors), namesOf(targets), row);
        if (Object.keys(edit.row).length > 0) onEdit(edit);
        else dispatch({ is: 'editing', what: null });
      }}
    >
      <p class="soft-text">{t('actors_hint')}</p>
      <label class="field">
        <span>{t('by')}</span>
        <input ref={first} type="text" dir="auto" value={actors} onInput={(e) => setActors(e.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t('to_whom')}</span>
        <input type="text" dir="auto" value={targets} onInput={(e) => setTargets(e.currentTarget.value)} />
      </label>
      <div class="buttons">
        <button type="submit" class="plain strong">
          {t('apply')}
        </button>
        <Cancel dispatch={dispatch} />
      </div>
    </form>
  );
}

export function Cancel({ dispatch }: Pick<Panel, 'dispatch'>): JSX.Element {
  return (
    <button type="button" class="plain" onClick={() => dispatch({ is: 'editing', what: null })}>
      {t('cancel')}
    </button>
  );
}
