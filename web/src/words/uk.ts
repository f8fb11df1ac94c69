import type { Words } from './words';

export const uk: Words = {};
