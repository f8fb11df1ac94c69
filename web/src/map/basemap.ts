// The basemap's bytes by range request; from a web host that ignores `Range`, the whole file once.

import { FetchSource, PMTiles, type RangeResponse, type Source } from 'pmtiles';
import { mark } from '../api/site';
import { type Base, OURS, schemaOf } from './style';

export function basemap(address: string): PMTiles {
  return new PMTiles(new RangesOrWhole(address));
}

class RangesOrWhole implements Source {
  private whole: Promise<ArrayBuffer> | null = null;
  private readonly ranges: FetchSource;

  constructor(private readonly address: string) {
    this.ranges = new FetchSource(address);
  }

  getKey(): string {
    return this.address;
  }

  async getBytes(offset: number, length: number, signal?: AbortSignal, etag?: string): Promise<RangeResponse> {
    if (!this.whole) {
      const first =
        offset === 0 ? await fetch(this.address, { headers: { range: 'bytes=0-0' }, signal: signal ?? null }) : null;
      if (first === null || first.status === 206) return this.ranges.getBytes(offset, length, signal, etag);
      if (!first.ok) throw new Error(`${this.address}: ${first.status}`);
      this.whole = first.arrayBuffer();
    }
    return { data: (await this.whole).slice(offset, offset + length) };
  }
}

/** What is to be drawn of an operator's own basemap; the page's own needs no asking. */
export async function baseOf(of: PMTiles): Promise<Base> {
  const told = mark('borders');
  const borders = told === 'hidden' || told === 'own' ? told : 'drawn';
  if (mark('basemap') === null) return { ...OURS, borders };
  const about = (await of.getMetadata().catch(() => ({}))) as {
    vector_layers?: { id?: unknown }[];
    attribution?: unknown;
  };
  const layers = Array.isArray(about.vector_layers) ? about.vector_layers.map((it) => String(it?.id)) : [];
  // Markup in it is no business of this page.
  if (typeof about.attribution === 'string') credit = about.attribution.replace(/<[^>]*>/g, '');
  return { schema: schemaOf(layers), borders };
}

let credit: string | null = null;

/** Who made the operator's own basemap, in the file's words. */
export function basemapCredit(): string | null {
  return credit;
}
