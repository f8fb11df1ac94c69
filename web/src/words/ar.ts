import type { Words } from './words';

export const ar: Words = {};
