// In place of `fflate`, which `pmtiles` carries for browsers that cannot unpack gzip themselves. Every browser that
// MapLibre 6 runs in can (`DecompressionStream`), so these four kilobytes would never run.

export function decompressSync(): never {
  throw new Error('this browser cannot unpack gzip (DecompressionStream); the basemap is left out');
}
