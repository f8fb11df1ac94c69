// Unit tests speak English, as the page does once its words are loaded.
import { speak } from '../src/words/words';

await speak('en');
