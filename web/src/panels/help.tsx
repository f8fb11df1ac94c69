// What the marks mean, what is not here, and the keys.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { EDIT_KEYS, RULE_KEYS } from '../keys';
import { t } from '../words/words';
import type { Panel } from './parts';

export function Help({ dispatch }: Panel): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // The button that closes it has the focus; reading begins above.
    dialog.current?.scrollTo(0, 0);
  }, []);
  const keys: [string[], string][] = [
    [['/'], t('key_search')],
    [['↑', '↓'], t('key_arrows')],
    [['Enter'], t('key_enter')],
    [['Esc'], t('key_escape')],
    [['[', ']'], t('key_window')],
    [['?'], t('key_help')],
  ];
  const work: [string[], string][] = [
    [['j', 'k'], t('key_next')],
    ...[...EDIT_KEYS, ...RULE_KEYS].map(([key, , name]): [string[], string] => [[key], t(name)]),
    [['u'], t('undo')],
  ];
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={() => dispatch({ is: 'shown', what: 'nothing' })}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="help-title">{t('help_title')}</h2>
      <p>{t('help_1')}</p>
      <p>{t('help_2')}</p>
      <p>{t('help_3')}</p>
      <h3>{t('keys')}</h3>
      <Keys keys={keys} />
      <h3>{t('keys_work')}</h3>
      <Keys keys={work} />
      <form method="dialog">
        <button type="submit" class="plain strong">
          {t('close')}
        </button>
      </form>
    </dialog>
  );
}

function Keys({ keys }: { keys: [string[], string][] }): JSX.Element {
  return (
    <dl>
      {keys.map(([names, what]) => (
        <div key={what}>
          <dt>
            {names.map((name) => (
              <kbd key={name}>{name}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
