// The place of the map. MapLibre is loaded after the list, and the page goes on where it cannot be drawn.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { KINDS } from '../api/columns';
import type { Drawing } from '../map/draw';
import type { State } from '../state/state';
import { t } from '../words/words';
import { type Panel, Symbol_ } from './parts';

export function MapPanel({ state, dispatch }: Panel): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const newest = useRef<State>(state);
  newest.current = state;

  useEffect(() => {
    let gone = false;
    import('../map/draw')
      .then(({ draw }) => {
        if (gone || !place.current) return;
        return draw(place.current, newest.current, dispatch).then((it) => {
          if (gone) return it.remove();
          drawing.current = it;
          it.show(newest.current);
        });
      })
      .catch(() => dispatch({ is: 'map-absent' }));
    return () => {
      gone = true;
      drawing.current?.remove();
    };
  }, [dispatch]);

  useEffect(() => drawing.current?.show(state), [state]);

  if (state.map === 'absent') {
    return (
      <div class="map map-absent" role="note">
        <p>{t('no_webgl')}</p>
        <p>{t('no_webgl_hint')}</p>
      </div>
    );
  }
  return (
    <div class="map">
      <div class="map-canvas" ref={place} />
      {state.map === 'starting' && <p class="map-wait">{t('map_starting')}</p>}
      <div class="map-foot">
        <Legend />
      </div>
      <p class="credits">
        <span>{t('borders_note')}</span> <span>{state.credit ? <bdi>{state.credit}</bdi> : t('credits')}</span>
      </p>
    </div>
  );
}

function Legend(): JSX.Element {
  return (
    <details class="legend">
      <summary>{t('legend')}</summary>
      <ul>
        {KINDS.map((kind) => (
          <li key={kind}>
            <Symbol_ kind={kind} />
            {t(`kind_${kind}`)}
          </li>
        ))}
      </ul>
      <ul>
        <li>
          <Symbol_ kind="strike" />
          {t('legend_exact')}
        </li>
        <li>
          <Symbol_ kind="strike" soft />
          {t('legend_soft')}
        </li>
        <li>
          <span class="key-cluster" />
          {t('legend_cluster')}
        </li>
        <li>
          <span class="key-area" />
          {t('legend_area')}
        </li>
        <li>
          <span class="key-doubt" />
          {t('legend_doubt')}
        </li>
      </ul>
    </details>
  );
}
