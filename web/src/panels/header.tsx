// The thin line on top: what this is, how many of how many, download, light or dark, help.

import type { JSX } from 'preact';
import { siteList } from '../api/site';
import { groundOf } from '../look/ground';
import { counts } from '../state/state';
import { LANGUAGE_NAMES, LANGUAGES, type Lang, language, t } from '../words/words';
import { filtersSet } from './filters';
import { CopyQuery, Downloads } from './later';
import { Icon, type Panel } from './parts';

const PAGES = ['map', 'read', 'review'] as const;

export function Header({ state, dispatch }: Panel): JSX.Element {
  const set = filtersSet(state.view.filters);
  const numbers = counts(state);
  return (
    <header class="header">
      <h1>
        <img src="./icon.svg" alt="" width="22" height="22" />
        {t('name')}
      </h1>
      {!siteList && (
        <nav class="pages" aria-label={t('pages')}>
          {PAGES.map((page) => (
            <button
              key={page}
              type="button"
              aria-current={state.view.page === page ? 'page' : undefined}
              onClick={() => state.view.page !== page && dispatch({ is: 'page-turned', page })}
            >
              {t(`page_${page}`)}
            </button>
          ))}
        </nav>
      )}
      <p class="count">
        {state.view.page === 'map' && state.data.is === 'here'
          ? t('count', { hits: numbers.hits, all: numbers.all })
          : ' '}
      </p>
      <div class="tools">
        {state.view.page === 'map' && (
          <button
            type="button"
            class="tool only-narrow"
            aria-expanded={state.shown === 'filters'}
            aria-controls="filters"
            aria-label={t('filters')}
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
        )}
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
          {state.shown === 'download' && <Downloads state={state} dispatch={dispatch} />}
        </div>
        <div class="menu">
          <button
            type="button"
            class="tool square"
            aria-expanded={state.shown === 'copy'}
            aria-controls="copy"
            aria-label={t('copy_query')}
            title={t('copy_query')}
            onClick={() => dispatch({ is: 'shown', what: 'copy' })}
          >
            <Icon name="copy" />
          </button>
          {state.shown === 'copy' && <CopyQuery state={state} dispatch={dispatch} />}
        </div>
        <div class="menu">
          <button
            type="button"
            class="tool square"
            aria-expanded={state.shown === 'language'}
            aria-controls="language"
            aria-label={t('language')}
            title={t('language')}
            onClick={() => dispatch({ is: 'shown', what: 'language' })}
          >
            <Icon name="language" />
          </button>
          {state.shown === 'language' && (
            <div class="menu-sheet" id="language">
              {LANGUAGES.map((lang: Lang) => (
                <button
                  key={lang}
                  type="button"
                  lang={lang}
                  aria-current={language() === lang ? 'true' : undefined}
                  onClick={() => dispatch({ is: 'language-chosen', lang })}
                >
                  {LANGUAGE_NAMES[lang]}
                </button>
              ))}
            </div>
          )}
        </div>
        {!siteList && (
          <button
            type="button"
            class="tool square"
            aria-label={t('token')}
            title={t('token')}
            onClick={() => dispatch({ is: 'shown', what: 'token' })}
          >
            <Icon name="token" />
          </button>
        )}
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
