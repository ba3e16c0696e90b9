// Implements `npm run site`: builds the documentation as pages in dist/site/html, with a search that needs no server, and checks the
// links and the search results. The first run installs VitePress into site/node_modules, which needs network access. SITE_BASE is the
// base path of the served pages, by default `/`. VitePress is installed separately, so that `npm ci` doesn't download 102 MB for
// everyone.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { readDocuments } from './site/documents.ts';
import { openFromDisk } from './site/from-disk.ts';
import { linkFaults } from './site/links.ts';
import { buildSidebar, mapPages, searchFaults } from './site/pages.ts';
import { runCommand } from './testing/command.ts';

const usage = `npm run site

Builds the documentation as pages in dist/site/html.

Environment:
  SITE_BASE   the path below which the pages will be served (/)`;

readCommandLine(usage, { options: {} });

const folder = 'dist/site';
const tools = 'site';
const base = process.env.SITE_BASE ?? '/';

const startedAt = performance.now();
const pages = await writePages();
await install();
await succeed(join(tools, 'node_modules/.bin/vitepress'), ['build', tools]);
const html = join(folder, 'html');
const paths = await builtPaths();
const { links, faults } = await checkLinks();
const unfound = await searchFaults(html, tools);
await openFromDisk(html, tools, paths, base);
for (const fault of [...faults, ...unfound]) print(fault);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
print(`${pages} pages in ${folder}/html, ${links} links, ${faults.length} of them broken, ${seconds} s`);
print(`To read them, open ${html}/index.html in a browser.`);
process.exitCode = faults.length + unfound.length === 0 ? 0 : 1;

async function writePages(): Promise<number> {
  await rm(folder, { recursive: true, force: true });
  const texts = await readDocuments();
  const pages = mapPages(texts);
  for (const [path, text] of pages) {
    await mkdir(dirname(join(folder, 'pages', path)), { recursive: true });
    await writeFile(join(folder, 'pages', path), text);
  }
  await cp('docs/pictures', join(folder, 'pages/pictures'), { recursive: true });
  await writeFile(join(folder, 'sidebar.json'), JSON.stringify(buildSidebar(texts)));
  return pages.size;
}

/** Installs the packages in the lockfile unless they are installed. */
async function install(): Promise<void> {
  const installed = join(tools, 'node_modules', 'installed-lock.json');
  const lock = await readFile(join(tools, 'package-lock.json'), 'utf8');
  if ((await readFile(installed, 'utf8').catch(() => '')) === lock) return;
  await succeed('npm', ['ci', '--prefix', tools, '--no-audit', '--no-fund']);
  await writeFile(installed, lock);
}

async function succeed(command: string, args: string[]): Promise<void> {
  const ran = await runCommand(command, args);
  if (ran.exitCode === 0) return;
  print(ran.output);
  process.exit(1);
}

async function builtPaths(): Promise<string[]> {
  const entries = await readdir(html, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(html, join(entry.parentPath, entry.name)));
}

async function checkLinks(): Promise<{ links: number; faults: string[] }> {
  const read = async (path: string) =>
    [path, path.endsWith('.html') ? await readFile(join(html, path), 'utf8') : ''] as const;
  return linkFaults(new Map(await Promise.all(paths.map(read))), base);
}
