// Everything beyond the first screen, as one piece (`later.tsx`): one incident, reading, reviewing, taking along.

export { giveFiles, keepIt, loadHistory, readIt, rule, takeBack } from '../asking';
export { Detail } from './detail';
export { Help } from './help';
export { ReadPanel } from './read';
export { QueuePanel, RefusalNote, Rulings } from './review';
export { CopyQuery, Downloads } from './share';
export { TablePanel } from './table';
export { Token } from './token';
export { Welcome } from './welcome';
