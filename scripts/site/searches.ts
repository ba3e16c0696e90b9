// Checks that the site's search leads to the right page, by the index and the library that the pages search with.
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** Searches of readers who do not know the documents, and the pages of which one must be found. */
const searches: readonly [text: string, ...pages: string[]][] = [
  ['rotate a secret', 'secrets'],
  ['publish from CI', 'ci'],
  ['restore', 'production', 'operations'],
  ['rejected import', 'rules'],
];
const lookedAt = 3;
/** As in VitePress's VPLocalSearchBox.vue. */
const options = {
  fields: ['title', 'titles', 'text'],
  storeFields: ['title', 'titles'],
  searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } },
};
const indexModel = z.object({ default: z.string() });
const foundModel = z.array(z.object({ id: z.string() }));

interface Library {
  default: { loadJSON(index: string, options: object): { search(text: string): unknown } };
}

/** Returns the searches whose first results lack their page. `tools` has the packages that built the pages in `html`. */
export async function searchFaults(html: string, tools: string): Promise<string[]> {
  const library: Library = await import(pathOf(tools, 'node_modules/minisearch/dist/es/index.js'));
  const chunks = join(html, 'assets/chunks');
  const [name = ''] = (await readdir(chunks)).filter((file) => file.startsWith('@localSearchIndex'));
  const index = library.default.loadJSON(indexModel.parse(await import(pathOf(chunks, name))).default, options);
  return searches.flatMap(([text, ...pages]) => {
    const found = foundModel.parse(index.search(text)).slice(0, lookedAt);
    if (found.some(({ id }) => pages.some((page) => id.includes(`/${page}.html`)))) return [];
    return [`A search for "${text}" does not lead to ${pages.join(' or ')}: ${found.map(({ id }) => id).join(', ')}`];
  });
}

const pathOf = (...parts: string[]) => pathToFileURL(resolve(...parts)).href;
