// Builds the static files of the API reference, which the Worker serves at /docs/.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { firstColors, packageLicenses } from '../console/vite.config.ts';

/** The names have no digest: pages of problems refer to the style sheet, too. Browsers ask whether a file has changed. */
const names = '[name][extname]';

export default defineConfig({
  root: fileURLToPath(import.meta.resolve('.')),
  base: '/docs/',
  publicDir: false,
  plugins: [firstColors('/docs/'), packageLicenses()],
  logLevel: 'warn',
  build: {
    outDir: '../../public/docs',
    emptyOutDir: true,
    target: 'es2023',
    // A file below the limit would become a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        entryFileNames: 'reference.js',
        assetFileNames: ({ names: [name = ''] }) => (name.endsWith('.css') ? 'reference.css' : names),
      },
    },
  },
});
