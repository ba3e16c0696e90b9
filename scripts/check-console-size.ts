// Fails when the console's first page loads more than its budget. What pages load later, such as the playground, is not counted.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildConsole } from './local/console-bundle.ts';
import { print } from './local/terminal.ts';

const budgetBytes = 200 * 1024;

await buildConsole();
const page = await readFile('public/console/index.html', 'utf8');
const files = [...page.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, file = '']) => file);
const sizes = await Promise.all(
  files.map(async (file) => gzipSync(await readFile(join('public/console', file))).length),
);
const total = sizes.reduce((sum, size) => sum + size, gzipSync(page).length);
print(
  `The console's first page loads ${(total / 1024).toFixed(1)} KB of ${budgetBytes / 1024} KB (gzip, ${files.length} files).`,
);
if (total > budgetBytes) process.exitCode = 1;
