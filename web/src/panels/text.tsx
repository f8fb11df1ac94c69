// A report's words with every mark in them, and the choosing of words: by pointer, or by keys (sentences with the
// arrows up and down, further words with Shift). Report text is hostile: text nodes only.

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { codePointsBefore, cut, type Evidence, MARKS, type MarkName, sentences } from '../words/cut';
import { type Key, t } from '../words/words';

export type Chosen = { start: number; end: number; text: string };

type Props = {
  text: string;
  quotes: readonly Evidence[];
  /** Marks of this incident stand out. */
  selected: string | null;
  label: string;
  onMark: (id: string) => void;
  /** null: words cannot be chosen here. */
  onWords: ((words: Chosen | null) => void) | null;
  onMake?: () => void;
};

export function MarkedText({ text, quotes, selected, label, onMark, onWords, onMake }: Props): JSX.Element {
  const box = useRef<HTMLElement>(null);
  const pieces = useMemo(() => cut(text, quotes), [text, quotes]);
  const all = useMemo(() => sentences(text), [text]);
  const at = useRef(-1);

  useEffect(() => {
    if (!onWords) return;
    const look = (): void => {
      const element = box.current;
      if (element) {
        const words = chosenIn(element, text);
        if (words !== undefined) onWords(words);
      }
    };
    document.addEventListener('selectionchange', look);
    return () => document.removeEventListener('selectionchange', look);
  }, [text, onWords]);

  const keys = (event: KeyboardEvent): void => {
    const element = box.current;
    if (!element || !onWords) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.shiftKey) {
      event.preventDefault();
      at.current = Math.max(0, Math.min(all.length - 1, at.current + step));
      const sentence = all[at.current];
      if (sentence) choose(element, text, sentence.start, sentence.end);
    } else if (event.shiftKey && event.key.startsWith('Arrow')) {
      event.preventDefault();
      const forward = event.key === 'ArrowRight' || event.key === 'ArrowDown';
      getSelection()?.modify('extend', forward ? 'forward' : 'backward', step ? 'sentence' : 'word');
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onMake?.();
    }
  };

  return (
    <section
      ref={box}
      class="words"
      dir="auto"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: words are chosen by keys, and a long text scrolls
      tabIndex={0}
      aria-label={label}
      onKeyDown={keys}
    >
      {pieces.map((piece) =>
        piece.marks.length === 0 ? (
          <span key={piece.start} data-start={piece.start}>
            {piece.text}
          </span>
        ) : (
          // biome-ignore lint/a11y/useKeyWithClickEvents: each incident is opened by key from its card
          <mark
            key={piece.start}
            data-start={piece.start}
            class={`m-${piece.marks[0]} ${piece.ids.includes(selected ?? '') ? 'mine' : ''}`}
            title={piece.marks.map((it) => t(`mark_${it}` as Key)).join(', ')}
            onClick={() => {
              const [id] = piece.ids;
              if (id !== undefined && getSelection()?.isCollapsed !== false) onMark(id);
            }}
          >
            {piece.text}
          </mark>
        ),
      )}
    </section>
  );
}

/** What the marks' looks mean: a line of its own each, not colour alone. */
export function MarksLegend({ quotes }: { quotes: readonly Evidence[] }): JSX.Element {
  const pieces = useMemo(() => new Set(quotes.map(({ field }) => field)), [quotes]);
  const shown = MARKS.filter((mark) => mark !== 'event' || pieces.size > 0);
  return (
    <ul class="marks-legend">
      {shown.map((mark: MarkName) => (
        <li key={mark}>
          <mark class={`m-${mark} mine`}>{t(`mark_${mark}` as Key)}</mark>
        </li>
      ))}
    </ul>
  );
}

/** undefined: the selection is elsewhere on the page; null: nothing is selected here. */
function chosenIn(element: HTMLElement, text: string): Chosen | null | undefined {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return undefined;
  const [start, end] = [
    offsetOf(range.startContainer, range.startOffset),
    offsetOf(range.endContainer, range.endOffset),
  ];
  if (start === null || end === null || start >= end) return null;
  const words = Array.from(text).slice(start, end);
  const lead = words.length - Array.from(words.join('').trimStart()).length;
  const kept = words.join('').trim();
  return kept === '' ? null : { start: start + lead, end: start + lead + Array.from(kept).length, text: kept };
}

function offsetOf(node: Node, units: number): number | null {
  if (node instanceof Text) {
    const from = Number(node.parentElement?.dataset.start ?? Number.NaN);
    return Number.isNaN(from) ? null : from + codePointsBefore(node.data, units);
  }
  // Between the pieces: the piece that follows begins there.
  const next = node.childNodes[units] ?? null;
  if (next instanceof HTMLElement && next.dataset.start !== undefined) return Number(next.dataset.start);
  const before = node.childNodes[units - 1];
  if (before instanceof HTMLElement && before.dataset.start !== undefined)
    return Number(before.dataset.start) + Array.from(before.textContent ?? '').length;
  return node instanceof HTMLElement && node.dataset.start !== undefined ? Number(node.dataset.start) : null;
}

function choose(element: HTMLElement, text: string, start: number, end: number): void {
  const points = Array.from(text);
  const range = document.createRange();
  for (const piece of element.querySelectorAll<HTMLElement>('[data-start]')) {
    const from = Number(piece.dataset.start);
    const { firstChild } = piece;
    if (!(firstChild instanceof Text)) continue;
    const to = from + Array.from(firstChild.data).length;
    const units = (until: number): number => points.slice(from, until).join('').length;
    if (from <= start && start < to) range.setStart(firstChild, units(start));
    if (from < end && end <= to) range.setEnd(firstChild, units(end));
  }
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
  (range.startContainer.parentElement ?? element).scrollIntoView({ block: 'nearest' });
}
