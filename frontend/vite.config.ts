import { defineConfig } from 'vite';
import { iconSprite } from './icons.ts';

// Built assets are committed (people who run Tenure need no Node); CI rebuilds them and fails on a difference.
export default defineConfig({
  base: './',
  plugins: [iconSprite()],
  css: { preprocessorOptions: { scss: { quietDeps: true, loadPaths: ['node_modules'] } } },
  build: {
    outDir: '../tenure/web/static/web',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      input: { app: 'src/app.ts' },
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
        // Libraries, and what charts share with pages, keep their names (so stay cached) when our own script changes.
        codeSplitting: {
          groups: [
            { name: 'page', test: /src\/(theme|words)\.ts$/ },
            { name: 'libraries', test: /node_modules\/(htmx\.org|@alpinejs|idiomorph)\// },
            { name: 'drawing', test: /node_modules/ },
          ],
        },
      },
    },
  },
});
