// The first minutes: a store without incidents says what can be done now.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { keep, why } from '../api/client';
import { t } from '../words/words';
import type { Panel } from './parts';

export function Welcome({ dispatch }: Pick<Panel, 'dispatch'>): JSX.Element {
  const [work, setWork] = useState<'none' | 'asked' | string>('none');
  const samples = async (): Promise<void> => {
    setWork('asked');
    try {
      const answer = await fetch(new URL('samples.jsonl', document.baseURI));
      if (!answer.ok) throw new Error(t('welcome_no_samples'));
      await keep(await answer.text(), 'application/x-ndjson', null);
      dispatch({ is: 'data-asked' });
    } catch (error) {
      setWork(why(error));
    }
  };
  return (
    <div class="notice welcome">
      <h2>{t('list_none')}</h2>
      <p>{t('welcome_1')}</p>
      <button
        type="button"
        id="welcome-read"
        class="plain strong"
        onClick={() => dispatch({ is: 'page-turned', page: 'read' })}
      >
        {t('welcome_read')}
      </button>
      <button
        type="button"
        id="welcome-samples"
        class="plain"
        disabled={work === 'asked'}
        onClick={() => void samples()}
      >
        {t(work === 'asked' ? 'welcome_reading' : 'welcome_samples')}
      </button>
      <button
        type="button"
        id="welcome-table"
        class="plain"
        onClick={() => dispatch({ is: 'page-turned', page: 'read' })}
      >
        {t('welcome_table')}
      </button>
      {work !== 'none' && work !== 'asked' && (
        <p role="alert" class="wrong">
          {work}
        </p>
      )}
    </div>
  );
}
