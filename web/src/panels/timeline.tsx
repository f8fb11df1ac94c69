// The histogram under the map and the window over it: bars drawn as SVG, the window as two native sliders.

import type { JSX } from 'preact';
import { iso } from '../state/day';
import { type Bars, windowOf } from '../state/histogram';
import { counts, histogram } from '../state/state';
import { axisLabel } from '../words/when';
import { t } from '../words/words';
import { Icon, type Panel } from './parts';

/** Nothing plays for those who asked for stillness; the keys [ and ] step. */
const STILL = '(prefers-reduced-motion: reduce)';

export function Timeline({ state, dispatch }: Panel): JSX.Element | null {
  const found = histogram(state);
  if (!found) return <section class="time" aria-label={t('time')} />;
  const { bins, unit } = found;
  const n = bins.length;
  const { from, to } = state.view.filters;
  const window = windowOf(found, from, to);
  const set = (start: number, end: number): void => {
    const whole = start === 0 && end === bins.length - 1;
    const [first, last] = [bins[start], bins[end]];
    if (first && last)
      dispatch({
        is: 'filtered',
        by: whole ? { from: null, to: null } : { from: iso(first.first), to: iso(last.last) },
      });
  };
  const narrow = { width: `calc((100% - 16px) * ${1 - 1 / n} + 16px)` };
  const { undated } = counts(state);
  return (
    <section class="time" aria-label={t('time')}>
      <div class="time-head">
        <h2>
          {t('time')} <span>{t(`time_unit_${unit}`)}</span>
        </h2>
        {state.view.page === 'map' && n > 1 && !matchMedia(STILL).matches && (
          <button
            type="button"
            class="plain play"
            id="play"
            aria-pressed={state.playing}
            onClick={() => dispatch({ is: 'playing', playing: !state.playing })}
          >
            <Icon name={state.playing ? 'pause' : 'play'} />
            {t(state.playing ? 'time_pause' : 'time_play')}
          </button>
        )}
        {bins.some((it) => it.shared > 0) && <span class="share">{t('time_share')}</span>}
        <span class="grow" />
        {undated > 0 && <span>{t('time_undated', { n: undated })}</span>}
        {(from !== null || to !== null) && (
          <button type="button" class="link" onClick={() => dispatch({ is: 'filtered', by: { from: null, to: null } })}>
            {t('time_all')}
          </button>
        )}
      </div>
      <div class="time-chart">
        <Chart bars={found} window={window} />
        <input
          class="thumb from"
          type="range"
          min={0}
          max={n - 1}
          step={1}
          value={window.from}
          aria-label={t('time_from')}
          aria-valuetext={axisLabel(bins[window.from]?.first ?? 0, 'day')}
          style={narrow}
          onInput={(event) => set(Math.min(Number(event.currentTarget.value), window.to), window.to)}
        />
        <input
          class="thumb to"
          type="range"
          min={0}
          max={n - 1}
          step={1}
          value={window.to}
          aria-label={t('time_to')}
          aria-valuetext={axisLabel(bins[window.to]?.last ?? 0, 'day')}
          style={narrow}
          onInput={(event) => set(window.from, Math.max(Number(event.currentTarget.value), window.from))}
        />
      </div>
      <Axis bars={found} />
    </section>
  );
}

function Chart({ bars, window }: { bars: Bars; window: { from: number; to: number } }): JSX.Element {
  const { bins } = bars;
  const most = Math.max(1, ...bins.map((it) => it.sure + it.shared));
  const gap = bins.length > 90 ? 0.12 : 0.18;
  return (
    <svg class="bars" viewBox={`0 0 ${bins.length} 100`} preserveAspectRatio="none" aria-hidden="true">
      {bins.map(({ first, sure, shared }, i) => {
        const inside = window.from <= i && i <= window.to;
        // A single incident among thousands still shows.
        const height = (amount: number): number =>
          (amount / most) * 96 && Math.max(amount < 1 ? 1.5 : 3, (amount / most) * 96);
        const high = height(sure);
        const pale = height(shared);
        return (
          <g key={first} class={inside ? 'in' : 'out'}>
            {high > 0 && <rect class="sure" x={i + gap / 2} y={100 - high} width={1 - gap} height={high} />}
            {pale > 0 && <rect class="shared" x={i + gap / 2} y={100 - high - pale} width={1 - gap} height={pale} />}
          </g>
        );
      })}
      <path class="edge" d={`M${window.from} 0V100M${window.to + 1} 0V100`} />
    </svg>
  );
}

/** A few dates under the bars: the ends, and years or months between where there is room. */
function Axis({ bars: { bins, unit } }: { bars: Bars }): JSX.Element {
  const fine = unit === 'day' || unit === 'week' ? 'month' : 'year';
  const name = (at: number): string => axisLabel(at, fine);
  const n = bins.length;
  const starts = bins
    .map(({ first }, i) => ({ first, i }))
    .filter(({ first, i }) => i === 0 || name(first) !== name(bins[i - 1]?.first ?? 0));
  const every = Math.ceil(starts.length / 8);
  const ticks = starts.filter((_, i) => i % every === 0).filter(({ i }) => i === 0 || i < n * 0.94);
  return (
    <div class="axis" aria-hidden="true">
      {ticks.map(({ first, i }) => (
        <span key={first} style={{ insetInlineStart: `${(i / n) * 100}%` }}>
          {name(first)}
        </span>
      ))}
    </div>
  );
}
