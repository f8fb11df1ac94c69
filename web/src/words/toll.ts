// Figures in words. Nothing said is "no figure given", never 0; a range stays a range.

import { t } from './words';

export function figure(least: number | null, most: number | null): string {
  if (least === null) return most === null ? t('toll_none') : t('toll_most', { most });
  if (most === null) return t('toll_least', { least });
  if (least === 0 && most === 0) return t('toll_nobody');
  return least === most ? t('toll_exact', { least }) : t('toll_range', { least, most });
}
