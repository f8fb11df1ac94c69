// Panels that are not on the first screen come in one piece, when the page has drawn itself or when one is asked for.

import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../words/words';

type More = typeof import('./more');
type Panels =
  | 'Detail'
  | 'ReadPanel'
  | 'QueuePanel'
  | 'Rulings'
  | 'RefusalNote'
  | 'TablePanel'
  | 'Downloads'
  | 'CopyQuery'
  | 'Help'
  | 'Token'
  | 'Welcome';

let here: More | null = null;
let asked: Promise<More> | null = null;

export function more(): Promise<More> {
  asked ??= import('./more').then((it) => {
    here = it;
    return it;
  });
  return asked;
}

function later<K extends Panels>(name: K): ComponentType<Parameters<More[K]>[0]> {
  return function Later(given: Parameters<More[K]>[0]): JSX.Element | null {
    const [state, set] = useState<'asked' | 'here' | 'failed'>('asked');
    useEffect(() => {
      if (!here)
        more().then(
          () => set('here'),
          () => set('failed'),
        );
    }, []);
    const Panel = here?.[name] as ComponentType<Parameters<More[K]>[0]> | undefined;
    return Panel ? (
      <Panel {...(given as JSX.LibraryManagedAttributes<typeof Panel, Parameters<More[K]>[0]>)} />
    ) : (
      <p class="notice">{t(state === 'failed' ? 'retry' : 'loading_short')}</p>
    );
  };
}

export const Detail = later('Detail');
export const ReadPanel = later('ReadPanel');
export const QueuePanel = later('QueuePanel');
export const Rulings = later('Rulings');
export const RefusalNote = later('RefusalNote');
export const TablePanel = later('TablePanel');
export const Downloads = later('Downloads');
export const CopyQuery = later('CopyQuery');
export const Help = later('Help');
export const Token = later('Token');
export const Welcome = later('Welcome');
