// Counts by country, exactness, actor, source, status: each obeys every other filter, and choosing narrows.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NONE } from '../state/incident';
import { counts } from '../state/state';
import { FACETS, type Facet, toggled } from '../state/view';
import { country, type Key, maybe, number, t } from '../words/words';
import type { Panel } from './parts';

/** Values shown before somebody asks for more. */
const FEW = 6;
const MANY = 60;

export function Facets({ state, dispatch }: Panel): JSX.Element {
  const { facets } = counts(state);
  return (
    <>
      {FACETS.map((facet) => (
        <FacetBox key={facet} facet={facet} counts={facets[facet]} state={state} dispatch={dispatch} />
      ))}
    </>
  );
}

function FacetBox({
  facet,
  counts,
  state,
  dispatch,
}: Panel & { facet: Facet; counts: ReadonlyMap<string, number> }): JSX.Element | null {
  const [all, setAll] = useState(false);
  const { filters } = state.view;
  const chosen = filters.only[facet] ?? [];
  const values = [...new Set([...chosen, ...counts.keys()])]
    .map((value) => ({ value, n: counts.get(value) ?? 0 }))
    .sort(
      (a, b) =>
        Number(chosen.includes(b.value)) - Number(chosen.includes(a.value)) ||
        b.n - a.n ||
        (a.value < b.value ? -1 : 1),
    );
  // A facet with one value for everything tells nothing.
  if (values.length < 2 && chosen.length === 0) return null;
  const shown = values.slice(0, all ? MANY : Math.max(FEW, chosen.length));
  return (
    <details class="facet" open={chosen.length > 0 || facet === 'country'}>
      <summary>
        {t(`facet_${facet}` as Key)}
        {chosen.length > 0 && <span class="dot">{number(chosen.length)}</span>}
      </summary>
      <fieldset>
        <legend class="unseen">{t(`facet_${facet}` as Key)}</legend>
        {shown.map(({ value, n }) => (
          <label key={value} class="row">
            <input
              type="checkbox"
              data-facet={facet}
              value={value}
              checked={chosen.includes(value)}
              onChange={() => dispatch({ is: 'filtered', by: { only: toggled(filters.only, facet, value) } })}
            />
            <bdi class="grow">{nameOf(facet, value)}</bdi>
            <span class="n">{number(n)}</span>
          </label>
        ))}
        {values.length > shown.length && (
          <button type="button" class="link" onClick={() => setAll(true)}>
            {all
              ? t('facet_rest', { n: values.length - shown.length })
              : t('facet_more', { n: values.length - shown.length })}
          </button>
        )}
      </fieldset>
    </details>
  );
}

export function nameOf(facet: Facet, value: string): string {
  if (value === NONE) return t('facet_none');
  if (facet === 'country') return country(value);
  if (facet === 'precision') return maybe(`precision_${value}`) ?? value;
  if (facet === 'status') return maybe(`status_${value}`) ?? value;
  if (facet === 'standing') return maybe(`standing_${value}`) ?? value;
  return value;
}
