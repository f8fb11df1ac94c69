// A month to choose a day in: by pointer, or with the arrow keys (Page Up and Down change the month, with Shift
// the year), as the ARIA grid pattern has it. What the day stands for is the chooser's business.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { date, dayOf } from '../state/day';
import { monthName, weekday } from '../words/when';
import { locale, made, number, t } from '../words/words';
import { Icon } from './parts';

type Props = {
  /** The day the calendar opens at. */
  begin: number;
  first: number | null;
  last: number | null;
  /** Focus the day when the calendar appears. */
  focus: boolean;
  onChoose: (day: number) => void;
};

export function Calendar({ begin, first, last, focus, onChoose }: Props): JSX.Element {
  const [at, setAt] = useState(begin);
  const grid = useRef<HTMLTableElement>(null);
  const moved = useRef(focus);
  const when = date(at);
  const [year, month] = [when.getUTCFullYear(), when.getUTCMonth()];
  const start = dayOf(year, month);
  const lead = (((start + 3) % 7) + 7) % 7;
  const weeks = Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (_, i) => start - lead + week * 7 + i),
  );

  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  });

  const months = (by: number): void => {
    const end = dayOf(year, month + by + 1) - 1;
    setAt(Math.min(end, dayOf(year, month + by, when.getUTCDate())));
  };
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (step !== undefined) {
      const turned = document.documentElement.dir === 'rtl' && Math.abs(step) === 1 ? -step : step;
      setAt(at + turned);
    } else if (event.key === 'PageUp') months(event.shiftKey ? -12 : -1);
    else if (event.key === 'PageDown') months(event.shiftKey ? 12 : 1);
    else return;
    event.preventDefault();
    moved.current = true;
  };

  return (
    <div class="calendar">
      <div class="calendar-head">
        <button type="button" class="plain square" aria-label={t('month_before')} onClick={() => months(-1)}>
          <Icon name="back" />
        </button>
        <b aria-live="polite">{monthName(at)}</b>
        <button type="button" class="plain square turned" aria-label={t('month_after')} onClick={() => months(1)}>
          <Icon name="back" />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA pattern of a grid */}
      <table ref={grid} role="grid" aria-label={monthName(at)} onKeyDown={keys}>
        <thead>
          <tr>
            {[0, 1, 2, 3, 4, 5, 6].map((i) => (
              <th key={i} scope="col" abbr={weekday(i)}>
                {weekday(i, 'short')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks
            .filter(
              (week) =>
                date(week[0] as number).getUTCMonth() === month || date(week[6] as number).getUTCMonth() === month,
            )
            .map((week) => (
              <tr key={week[0]}>
                {week.map((day) => {
                  const inside = first !== null && last !== null && first <= day && day <= last;
                  return (
                    <td
                      key={day}
                      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: as the ARIA pattern of a grid has it
                      role="gridcell"
                      tabIndex={day === at ? 0 : -1}
                      aria-selected={inside}
                      aria-label={longDay(day)}
                      class={date(day).getUTCMonth() === month ? '' : 'other'}
                      data-day={day}
                      onClick={() => {
                        setAt(day);
                        onChoose(day);
                      }}
                      onKeyDown={(event) => {
                        if (event.key !== 'Enter' && event.key !== ' ') return;
                        event.preventDefault();
                        event.stopPropagation();
                        onChoose(day);
                      }}
                    >
                      {number(date(day).getUTCDate())}
                    </td>
                  );
                })}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function longDay(day: number): string {
  return made('calendar-day', () => new Intl.DateTimeFormat(locale(), { dateStyle: 'full', timeZone: 'UTC' })).format(
    date(day),
  );
}
