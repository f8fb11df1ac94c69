// What is asked of the incidents: words, kinds, dates, exactness. And the search box, which also finds places.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type FoundPlace, KINDS, type Kind } from '../api/columns';
import { counts } from '../state/state';
import { EXACT_M, type Filters, NO_FILTERS, WORDS_MAX } from '../state/view';
import { distance, number, t } from '../words/words';
import { Facets } from './facets';
import { Icon, type Panel, Symbol_ } from './parts';

/** How many of the filters stand away from their default. */
export function filtersSet(filters: Filters): number {
  const { kinds, from, to, undated, exact, words, only } = filters;
  const plain = [kinds !== null, from !== null || to !== null, !undated, exact !== null, words !== ''];
  return plain.filter(Boolean).length + Object.keys(only).length;
}

export function FiltersPanel({ state, dispatch }: Panel): JSX.Element {
  const { filters } = state.view;
  const { kinds, undatedOfAll } = counts(state);
  const shown = (kind: Kind): boolean => filters.kinds === null || filters.kinds.includes(kind);
  const toggle = (kind: Kind): void => {
    const left = KINDS.filter((it) => (it === kind ? !shown(it) : shown(it)));
    dispatch({ is: 'filtered', by: { kinds: left.length === KINDS.length ? null : left } });
  };
  return (
    <section class={`filters ${state.shown === 'filters' ? 'shown' : ''}`} id="filters" aria-label={t('filters')}>
      <Search state={state} dispatch={dispatch} />

      <fieldset>
        <legend>{t('kinds')}</legend>
        {KINDS.map((kind) => (
          <label key={kind} class="row kind">
            <input type="checkbox" checked={shown(kind)} onChange={() => toggle(kind)} />
            <Symbol_ kind={kind} />
            <span class="grow">{t(`kind_${kind}`)}</span>
            <span class="n">{number(kinds[kind])}</span>
          </label>
        ))}
      </fieldset>

      <fieldset>
        <legend>{t('dates')}</legend>
        <div class="pair">
          <label>
            <span>{t('from')}</span>
            <input
              type="date"
              value={filters.from ?? ''}
              onChange={(event) => dispatch({ is: 'filtered', by: { from: event.currentTarget.value || null } })}
            />
          </label>
          <label>
            <span>{t('to')}</span>
            <input
              type="date"
              value={filters.to ?? ''}
              onChange={(event) => dispatch({ is: 'filtered', by: { to: event.currentTarget.value || null } })}
            />
          </label>
        </div>
        <label class="row">
          <input
            type="checkbox"
            checked={filters.undated}
            onChange={(event) => dispatch({ is: 'filtered', by: { undated: event.currentTarget.checked } })}
          />
          <span class="grow">{t('undated')}</span>
          <span class="n">{number(undatedOfAll)}</span>
        </label>
      </fieldset>

      <label class="field">
        <span class="label">{t('exact')}</span>
        <select
          value={filters.exact ?? ''}
          onChange={(event) =>
            dispatch({
              is: 'filtered',
              by: { exact: event.currentTarget.value ? Number(event.currentTarget.value) : null },
            })
          }
        >
          <option value="">{t('exact_any')}</option>
          {EXACT_M.map((metres) => (
            <option key={metres} value={metres}>
              {t('exact_m', { distance: distance(metres) })}
            </option>
          ))}
        </select>
      </label>

      <Facets state={state} dispatch={dispatch} />

      <div class="filters-end">
        <button
          type="button"
          class="plain"
          disabled={filtersSet(filters) === 0 && filters === NO_FILTERS}
          onClick={() => dispatch({ is: 'filters-cleared' })}
        >
          {t('filters_clear')}
        </button>
        <button type="button" class="plain only-narrow" onClick={() => dispatch({ is: 'shown', what: 'nothing' })}>
          {t('close')}
        </button>
      </div>
    </section>
  );
}

/** Words filter as they are typed; places of the gazetteer are offered beneath. */
function Search({ state, dispatch }: Panel): JSX.Element {
  const { places, view } = state;
  const [at, setAt] = useState(-1);
  const [open, setOpen] = useState(false);
  const offered = open && places.length > 0;
  const go = (place: FoundPlace): void => {
    setOpen(false);
    setAt(-1);
    dispatch({ is: 'place-chosen', place });
  };
  const keys = (event: KeyboardEvent): void => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offered && steps) {
      event.preventDefault();
      setAt(Math.max(-1, Math.min(places.length - 1, at + steps)));
    } else if (event.key === 'Enter') {
      const place = places[at];
      if (offered && place) go(place);
      else setOpen(false);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (offered) setOpen(false);
      else if (view.filters.words) dispatch({ is: 'filtered', by: { words: '' } });
      else event.currentTarget instanceof HTMLElement && event.currentTarget.blur();
    }
  };
  return (
    <div class="search">
      <label class="label" for="search">
        {t('search')}
      </label>
      <Icon name="search" />
      <input
        id="search"
        type="text"
        inputMode="search"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        dir={view.filters.words ? 'auto' : undefined}
        maxLength={WORDS_MAX}
        placeholder={t('search_hint')}
        aria-expanded={offered}
        aria-controls="places"
        aria-autocomplete="list"
        aria-keyshortcuts="/"
        aria-activedescendant={offered && at >= 0 ? `place-${at}` : undefined}
        value={view.filters.words}
        onInput={(event) => {
          setOpen(true);
          setAt(-1);
          dispatch({ is: 'filtered', by: { words: event.currentTarget.value } });
        }}
        onKeyDown={keys}
        onBlur={() => setOpen(false)}
      />
      <div id="places" role="listbox" class="places" aria-label={t('search_places')} hidden={!offered}>
        {offered &&
          places.map((place, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys stay in the search box (combobox pattern)
            <div
              key={`${place.name} ${place.lat} ${place.lon}`}
              id={`place-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => go(place)}
            >
              <Icon name="place" />
              <bdi>{place.name}</bdi>
              <span class="soft-text">{[place.kind, place.country].filter(Boolean).join(', ')}</span>
            </div>
          ))}
      </div>
    </div>
  );
}
