// The basemap's bytes by range request; from a web host that ignores `Range`, the whole file once.

import { FetchSource, PMTiles, type RangeResponse, type Source } from 'pmtiles';

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
