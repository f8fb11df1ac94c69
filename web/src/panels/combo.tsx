// A box to type in with a list beneath it: arrows move through the list, Enter takes, as the ARIA combobox
// pattern has it. The list stays open: it is what the box is for.

import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

type Props<T> = {
  id: string;
  label: string;
  hint: string;
  options: readonly T[];
  keyOf: (option: T) => string;
  show: (option: T) => ComponentChildren;
  words: string;
  onWords: (words: string) => void;
  onTake: (option: T) => void;
  /** Said where the list is empty. */
  empty: string | null;
};

export function Combo<T>({
  id,
  label,
  hint,
  options,
  keyOf,
  show,
  words,
  onWords,
  onTake,
  empty,
}: Props<T>): JSX.Element {
  const [at, setAt] = useState(-1);
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => box.current?.focus({ preventScroll: true }), []);
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(options.length - 1, at + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const option = options[Math.max(0, at)];
      if (option !== undefined && (at >= 0 || words.trim() !== '')) onTake(option);
    }
  };
  return (
    <div class="combo">
      <input
        ref={box}
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 && at < options.length ? `${id}-${at}` : undefined}
        placeholder={hint}
        value={words}
        onInput={(event) => {
          setAt(-1);
          onWords(event.currentTarget.value);
        }}
        onKeyDown={keys}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} class="combo-list">
        {options.map((option, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys stay in the box (combobox pattern)
          <div
            key={keyOf(option)}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onTake(option)}
          >
            {show(option)}
          </div>
        ))}
      </div>
      {options.length === 0 && empty && <p class="soft-text">{empty}</p>}
    </div>
  );
}
