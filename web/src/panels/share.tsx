// Taking the view along: the same question as a link, for curl, QGIS and Python; what is seen as a file; a picture.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { cameAsColumns, file, why } from '../api/client';
import { siteList } from '../api/site';
import { mapPicture } from '../map/picture';
import type { Incident } from '../state/incident';
import { asked, copies, queryString } from '../state/query';
import { counts, far, hits } from '../state/state';
import { address } from '../state/view';
import { t } from '../words/words';
import { filtersSet } from './filters';
import type { Panel } from './parts';

export function Downloads({ state, dispatch }: Panel): JSX.Element {
  const some = hits(state);
  const { hits: n } = counts(state);
  const all = far(state);
  const set = filtersSet(state.view.filters) > 0;
  return (
    <div class="menu-sheet" id="download">
      <a href="incidents.geojson" download="incidents.geojson">
        {t('download_geojson')}
      </a>
      <a href="incidents.csv" download="incidents.csv">
        {t('download_csv')}
      </a>
      <a href="incidents.gpkg" download="incidents.gpkg">
        {t('download_gpkg')}
      </a>
      <p>{t('download_note')}</p>
      {all ? (
        set && (
          <a id="download-seen" href={`incidents.geojson?${all.tiles}`} download="incidents.geojson">
            {t('download_seen', { n })}
          </a>
        )
      ) : (
        <button
          type="button"
          id="download-seen"
          onClick={() => {
            // Rows of columns lack what only an open incident shows; the server's are whole.
            if (siteList || !cameAsColumns()) return save('incidents.geojson', collection(some));
            const question = queryString(asked(state.view.filters, null));
            file(`incidents.geojson${question}`)
              .then((whole) => save('incidents.geojson', whole))
              .catch((error: unknown) => dispatch({ is: 'said', words: why(error) }));
          }}
        >
          {t(set ? 'download_seen' : 'download_shown', { n })}
        </button>
      )}
      {state.map === 'drawn' && (
        <button type="button" id="download-png" onClick={() => void picture(state, dispatch)}>
          {t('download_png')}
        </button>
      )}
      <button type="button" onClick={() => dispatch({ is: 'printing', printing: true })}>
        {t('print')}
      </button>
    </div>
  );
}

/** What the list holds, as GeoJSON: the rows as they came. */
export function collection(some: readonly Incident[]): Blob {
  const features = some.map(({ id, geometry, row }) => ({ type: 'Feature', id, geometry, properties: row }));
  return new Blob([JSON.stringify({ type: 'FeatureCollection', features })], { type: 'application/geo+json' });
}

function save(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function picture(state: Panel['state'], dispatch: Panel['dispatch']): Promise<void> {
  save('placetime.png', await mapPicture(state));
  dispatch({ is: 'said', words: t('download_png_done') });
}

export function CopyQuery({ state, dispatch }: Panel): JSX.Element {
  const [inView, setInView] = useState(false);
  const question = asked(state.view.filters, inView ? state.box : null);
  const base = new URL('.', document.baseURI).href;
  const here = new URL(address({ ...state.view, page: 'map', embed: false }), document.baseURI).href;
  const all = copies(base, here, question);
  const rows = [
    ['copy_link', all.link],
    ['copy_items', all.items],
    ['copy_curl', all.curl],
    ['copy_qgis', all.qgis],
    ['copy_python', all.python],
    ['copy_embed', `<iframe src="${embedded(here)}" width="800" height="500" title="${t('name')}"></iframe>`],
  ] as const;
  // Files answer no questions: of a published site only the view can be taken along.
  const shown = rows.filter(([name]) => !siteList || name === 'copy_link' || name === 'copy_embed');
  return (
    <div class="menu-sheet copies" id="copy">
      <label class="row">
        <input type="checkbox" checked={inView} onChange={(event) => setInView(event.currentTarget.checked)} />
        {t('copy_in_view')}
      </label>
      {shown.map(([name, text]) => (
        <div key={name} class="copy">
          <label for={name}>{t(name)}</label>
          <textarea
            id={name}
            readOnly
            rows={name === 'copy_python' ? 4 : 2}
            dir="ltr"
            spellcheck={false}
            value={text}
          />
          <button
            type="button"
            class="plain"
            aria-label={t('copy_one', { what: t(name) })}
            onClick={() =>
              navigator.clipboard
                .writeText(text)
                .then(() => dispatch({ is: 'said', words: t('copied') }))
                // Without the clipboard the words can still be taken by hand.
                .catch(() => document.querySelector<HTMLTextAreaElement>(`#${name}`)?.select())
            }
          >
            {t('copy')}
          </button>
        </div>
      ))}
      {queryString(question) === '' && <p>{t('copy_everything')}</p>}
    </div>
  );
}

function embedded(here: string): string {
  const url = new URL(here);
  url.searchParams.set('embed', '1');
  return url.href.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
