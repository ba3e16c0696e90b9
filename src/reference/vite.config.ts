// Builds the API reference's static files, which the Worker serves at /docs/.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { firstColors, packageLicenses } from '../console/vite.config.ts';

/** File names without a digest, because problem pages also refer to the style sheet. Browsers check whether a file has changed. */
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
    // Smaller files would become data: URLs, which the content security policy blocks.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        entryFileNames: 'reference.js',
        // The one part that is loaded later reads Markdown.
        chunkFileNames: '[name].js',
        assetFileNames: ({ names: [name = ''] }) => (name.endsWith('.css') ? 'reference.css' : names),
      },
    },
  },
});
