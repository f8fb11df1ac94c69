// The thin line on top: what this is, how many of how many, download, light or dark, help.

import type { JSX } from 'preact';
import { groundOf } from '../look/ground';
import { everything, hits } from '../state/state';
import { t } from '../words/words';
import { filtersSet } from './filters';
import { Icon, type Panel } from './parts';

export function Header({ state, dispatch }: Panel): JSX.Element {
  const set = filtersSet(state.view.filters);
  return (
    <header class="header">
      <h1>
        <img src="./icon.svg" alt="" width="22" height="22" />
        {t('name')}
      </h1>
      <p class="count">
        {state.data.is === 'here' ? t('count', { hits: hits(state).length, all: everything(state).length }) : ' '}
      </p>
      <div class="tools">
        <button
          type="button"
          class="tool only-narrow"
          aria-expanded={state.shown === 'filters'}
          aria-controls="filters"
          onClick={() => dispatch({ is: 'shown', what: 'filters' })}
        >
          <Icon name="filters" />
          <span>{t('filters')}</span>
          {set > 0 && (
            <span class="dot" role="img" aria-label={t('filters_active', { n: set })}>
              {set}
            </span>
          )}
        </button>
        <div class="menu">
          <button
            type="button"
            class="tool"
            aria-expanded={state.shown === 'download'}
            aria-controls="download"
            aria-label={t('download')}
            onClick={() => dispatch({ is: 'shown', what: 'download' })}
          >
            <Icon name="download" />
            <span class="wide">{t('download')}</span>
          </button>
          {state.shown === 'download' && (
            <div class="menu-sheet" id="download">
              <a href="incidents.geojson" download="incidents.geojson">
                {t('download_geojson')}
              </a>
              <a href="incidents.csv" download="incidents.csv">
                {t('download_csv')}
              </a>
              <p>{t('download_note')}</p>
            </div>
          )}
        </div>
        <button
          type="button"
          class="tool square"
          aria-label={t('theme')}
          title={t('theme')}
          onClick={() => dispatch({ is: 'themed', theme: groundOf(state.theme) === 'dark' ? 'light' : 'dark' })}
        >
          <Icon name="theme" />
        </button>
        <button
          type="button"
          class="tool square"
          aria-label={t('help')}
          title={t('help')}
          onClick={() => dispatch({ is: 'shown', what: 'help' })}
        >
          <b aria-hidden="true">?</b>
        </button>
      </div>
    </header>
  );
}
