// Light or dark: the reader's switch, else the system.

import type { Theme } from '../state/state';
import type { GroundName } from './palette';

export const DARK = '(prefers-color-scheme: dark)';

export function groundOf(theme: Theme): GroundName {
  if (theme !== 'system') return theme;
  return matchMedia(DARK).matches ? 'dark' : 'light';
}
