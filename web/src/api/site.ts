// A published site: the same page over files, without a server behind it. The mark in the page's head names the
// list of the files, which says where an incident's accounts stand, and the file the incidents are read from:
// GeoJSON, or columns where they are many.

export type Site = {
  /** So many characters of an incident's id name the file of its accounts. */
  detailsPrefix: number;
};

/** The address of the site's list; null where a server answers. */
export const siteList = mark('site');

/** What the server, or whoever published the page, says in its head. */
export function mark(name: 'site' | 'basemap' | 'borders'): string | null {
  return typeof document === 'undefined'
    ? null
    : (document.querySelector<HTMLMetaElement>(`meta[name="placetime-${name}"]`)?.content ?? null);
}

export function siteOf(value: unknown): Site {
  const { placetime_site: form, details_prefix: prefix } = (value ?? {}) as Record<string, unknown>;
  if (form !== 1 || typeof prefix !== 'number')
    throw new Error('the list of this site cannot be read; publish it again');
  return { detailsPrefix: prefix };
}

/** The file that holds an incident's accounts. */
export function detailsPath(site: Site, id: string): string {
  return `details/${encodeURIComponent(id.slice(0, site.detailsPrefix))}.json`;
}

/** The file of columns that a site with many incidents is read from; null where that is GeoJSON. */
export const siteColumns: string | null =
  typeof document === 'undefined'
    ? null
    : (document.querySelector<HTMLMetaElement>('meta[data-reads$=".columns.json"]')?.dataset.reads ?? null);
