// The reviewer's token: given once for a browser or a tab. It goes into the header of the page's questions and
// never into an address.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { keepToken, token } from '../api/token';
import { t } from '../words/words';
import type { Panel } from './parts';

export function Token({ dispatch }: Panel): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const [lasting, setLasting] = useState(false);
  const known = token() !== null;
  useEffect(() => dialog.current?.showModal(), []);
  const done = (value: string | null): void => {
    keepToken(value, lasting);
    dispatch({ is: 'refusal-read' });
    dispatch({ is: 'shown', what: 'nothing' });
    // Drafts are seen with a token and not without.
    location.reload();
  };
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="token-title"
      onClose={() => dispatch({ is: 'shown', what: 'nothing' })}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="token-title">{t('token')}</h2>
      <p>{t('token_hint')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const value = box.current?.value.trim() ?? '';
          if (value !== '') done(value);
        }}
      >
        <label class="field">
          <span>{t('token_words')}</span>
          <input ref={box} id="token" type="password" autocomplete="off" spellcheck={false} dir="ltr" />
        </label>
        <label class="row">
          <input type="checkbox" checked={lasting} onChange={(event) => setLasting(event.currentTarget.checked)} />
          {t('token_lasting')}
        </label>
        <p class="small">{t(lasting ? 'token_kept_browser' : 'token_kept_tab')}</p>
        <div class="buttons">
          <button type="submit" class="plain strong">
            {t('token_use')}
          </button>
          {known && (
            <button type="button" class="plain" onClick={() => done(null)}>
              {t('token_forget')}
            </button>
          )}
          <button type="button" class="plain" onClick={() => dialog.current?.close()}>
            {t('close')}
          </button>
        </div>
      </form>
    </dialog>
  );
}
