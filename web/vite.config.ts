import { defineConfig } from 'vitest/config';

// Everything is addressed relative to the page, so that it works under a sub-path. No inline script, style or
// small file as `data:` module: the page runs under a strict content security policy.
export default defineConfig({
  base: './',
  resolve: {
    alias: {
      fflate: new URL('src/map/inflate.ts', import.meta.url).pathname,
      // Its source, of which a third is used; what it ships built cannot be taken apart.
      pmtiles: new URL('node_modules/pmtiles/src/index.ts', import.meta.url).pathname,
    },
  },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    // MapLibre, its worker and the app in files of their own: the budget counts only the app.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'maplibre', test: /node_modules\/(maplibre-gl|@maplibre|@mapbox|pbf|kdbush|earcut)/ }],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/incidents', '/reports', '/tiles', '/gazetteer'].map((path) => [path, 'http://127.0.0.1:8080']),
    ),
  },
  test: { include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'], environment: 'node', setupFiles: ['test/setup.ts'] },
});
