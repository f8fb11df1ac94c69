// English as the page loads it: its sentences, and the server's own words for the types.

import { en } from './en';
import { types } from './types';

export const english = { ...en, ...types };
