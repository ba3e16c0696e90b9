// Fails if opening a page of the console or the API reference loads more than the budget: the entry, the page's own code or document,
// and everything that both import. Lazily loaded files, such as grammars for source code, don't count. Fonts have a separate budget.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { buildReference } from '../../src/api/reference/reference-documents.ts';
import { formatBinaryBytes } from '../../src/core/quantities.ts';
import { buildConsole } from '../console-bundle.ts';
import { readCommandLine } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';

const usage = `node scripts/checks/console-size.ts

Checks the size of the console's pages.`;

readCommandLine(usage, { options: {} });

const budgetBytes = 170 * 1024;
/** Fonts have a separate budget because they are already compressed, and a page is readable before they arrive. */
const fontsBudgetBytes = 90 * 1024;
const folder = 'public/console';
const entry = 'index.html';
const referenceFolder = 'public/docs';

const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]), css: z.array(z.string()).default([]) }),
);
type Manifest = z.infer<typeof manifestSchema>;

await buildConsole();
const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, '.files.json'), 'utf8')));
const named = await filesOfDocument();
const fonts = named.filter(isFont);
const always = named.filter((file) => !isFont(file));
const pages = Object.keys(manifest).filter((source) => /^(?:pages|features)\//.test(source));
const sizes = await Promise.all(
  pages.map(async (page) => {
    const files = new Set([...always, ...filesOf(manifest, entry), ...filesOf(manifest, page)]);
    const parts = await Promise.all([...files].map(gzippedBytes));
    return { page, files: files.size, bytes: parts.reduce((sum, part) => sum + part, 0) };
  }),
);
const heaviest = sizes.sort((a, b) => b.bytes - a.bytes)[0];
if (!heaviest) throw new Error("The console's build has no pages. Check the names in its manifest.");
print(
  `Of ${pages.length} pages of the console, ${heaviest.page} loads the most: ${formatBinaryBytes(heaviest.bytes)} of ` +
    `${formatBinaryBytes(budgetBytes)} (gzip, ${heaviest.files} files).`,
);
const fontSizes = await Promise.all(fonts.map(async (file) => (await stat(join(folder, file))).size));
const fontBytes = fontSizes.reduce((sum, bytes) => sum + bytes, 0);
print(`Its ${fonts.length} fonts: ${formatBinaryBytes(fontBytes)} of ${formatBinaryBytes(fontsBudgetBytes)}.`);
const reference = await heaviestOfReference();
print(
  `Of ${reference.pages} pages of the reference, ${reference.id} loads the most: ${formatBinaryBytes(reference.bytes)} of ` +
    `${formatBinaryBytes(budgetBytes)} (gzip).`,
);
if (Math.max(heaviest.bytes, reference.bytes) > budgetBytes || fontBytes > fontsBudgetBytes) process.exitCode = 1;

/** An operation's page loads the files of every page, the operation list, and its own document. It uses the console's fonts. */
async function heaviestOfReference() {
  const entries = await readdir(referenceFolder, { withFileTypes: true });
  const names = entries.filter((found) => found.isFile()).map(({ name }) => name);
  // Guides load the Markdown parser in place of an operation's document.
  const built = names.filter((name) => !isFont(name) && !name.startsWith('.') && name !== 'markdown-it.js');
  const files = await Promise.all(
    built.map(async (name) => gzipSync(await readFile(join(referenceFolder, name))).length),
  );
  const { index, operation } = buildReference(JSON.parse(await readFile('openapi.json', 'utf8')));
  const always = files.reduce((sum, bytes) => sum + bytes, gzipSync(JSON.stringify(index)).length);
  const ids = index.groups.flatMap(({ operations }) => operations.map(({ id }) => id));
  const sizes = ids.map((id) => ({ id, bytes: always + gzipSync(JSON.stringify(operation(id))).length }));
  const [first] = sizes.sort((a, b) => b.bytes - a.bytes);
  if (!first) throw new Error('The reference has no operations.');
  return { ...first, pages: sizes.length };
}

function isFont(file: string): boolean {
  return file.endsWith('.woff2');
}

/** Returns the document and the files that it links directly. */
async function filesOfDocument(): Promise<string[]> {
  const document = await readFile(join(folder, entry), 'utf8');
  const named = [...document.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, file = '']) => file);
  return [entry, ...named];
}

/** Returns a built file and everything it imports, by source path. */
function filesOf(known: Manifest, source: string, seen = new Set<string>()): string[] {
  const chunk = known[source];
  if (!chunk || seen.has(source)) return [];
  seen.add(source);
  return [chunk.file, ...chunk.css, ...chunk.imports.flatMap((imported) => filesOf(known, imported, seen))];
}

async function gzippedBytes(file: string): Promise<number> {
  return gzipSync(await readFile(join(folder, file))).length;
}
