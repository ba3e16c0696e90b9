// Implements `npm run site`: builds the documentation as pages in dist/site/html. The first run installs VitePress into site/node_modules,
// which needs network access. It is installed separately, so that `npm ci` doesn't download 102 MB for everyone.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { readDocuments } from './site/documents.ts';
import { buildSidebar, mapPages } from './site/pages.ts';
import { runCommand } from './testing/command.ts';

const usage = `npm run site

Builds the documentation as pages in dist/site/html.

Environment:
  SITE_BASE   the path below which the pages will be served (/)`;

readCommandLine(usage, { options: {} });

const folder = 'dist/site';
const tools = 'site';

await rm(folder, { recursive: true, force: true });
const texts = await readDocuments();
const pages = mapPages(texts);
for (const [path, text] of pages) {
  await mkdir(dirname(join(folder, 'pages', path)), { recursive: true });
  await writeFile(join(folder, 'pages', path), text);
}
await cp('docs/pictures', join(folder, 'pages/pictures'), { recursive: true });
await writeFile(join(folder, 'sidebar.json'), JSON.stringify(buildSidebar(texts)));
await install();
await succeed(join(tools, 'node_modules/.bin/vitepress'), ['build', tools]);
print(`${pages.size} pages in ${folder}/html. To read them, run \`python3 -m http.server -d ${folder}/html\`.`);

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
