// Configures VitePress. `npm run site` writes the pages and their order into dist/site first.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = (name: string) => fileURLToPath(new URL(`../../dist/site/${name}`, import.meta.url));

/** Gives headings the anchors that the documents have where they are stored, so that links between them stay. */
const slugify = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

export default {
  title: 'Slipway',
  description: 'A plugin registry and deployment pipeline at the edge',
  base: process.env.SITE_BASE ?? '/',
  srcDir: built('pages'),
  outDir: built('html'),
  cacheDir: built('cache'),
  markdown: { anchor: { slugify } },
  // A page has the results of a search in it, so that the index of all documents is large and loaded by the search alone.
  vite: { build: { chunkSizeWarningLimit: 4096 } },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: JSON.parse(readFileSync(built('sidebar.json'), 'utf8')),
    outline: [2, 3],
    docFooter: { prev: false, next: false },
  },
};
