import type { Words } from './words';

export const es: Words = {};
