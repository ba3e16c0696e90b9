// Makes the built pages work from disk, where browsers don't load modules: makes paths relative, and adds a plain script that does the
// search (site/disk-search.js). Served pages keep VitePress's own search.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { searchIndex, searchOptions } from './pages.ts';

const rooted = /\b(href|src|srcset)="\/(?!\/)([^"#]*)/g;
const rootedInStyles = /url\(\/assets\//g;

/** `paths` are the built files in `html`. `tools` has the packages that built them. `base` is the path below which they are served. */
export async function openFromDisk(html: string, tools: string, paths: readonly string[], base: string): Promise<void> {
  const below = base.replaceAll(/^\/|\/$/g, '');
  for (const path of paths.filter((each) => /\.(?:html|css)$/.test(each))) {
    const file = join(html, path);
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      path.endsWith('.css') ? text.replaceAll(rootedInStyles, 'url(./') : relativePage(path, text, below),
    );
  }
  await copyFile(join(tools, 'disk-search.js'), join(html, 'disk-search.js'));
  const library = await readFile(join(tools, 'node_modules/minisearch/dist/umd/index.js'), 'utf8');
  const loaded = `MiniSearch.loadJSON(${JSON.stringify(await searchIndex(html))}, ${JSON.stringify(searchOptions)})`;
  await writeFile(join(html, 'disk-index.js'), `${library}\nglobalThis.slipwaySearch = ${loaded};\n`);
}

/** Returns the page with relative paths and the search script. */
export function relativePage(path: string, text: string, below: string): string {
  const root = '../'.repeat(path.split('/').length - 1) || './';
  const toFile = (target: string) => {
    const inside = target.startsWith(`${below}/`) ? target.slice(below.length + 1) : target;
    return `${root}${inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside}`;
  };
  const relative = text.replaceAll(rooted, (_, name: string, target: string) => `${name}="${toFile(target)}`);
  return relative.replace(
    '</head>',
    `<script defer src="${root}disk-search.js" data-root="${root}" data-below="${below}"></script></head>`,
  );
}
