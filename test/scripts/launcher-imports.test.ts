// Tests which modules stay in memory while `npm start` runs (decision 131).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Returns the packages that a file and its imports load, without those loaded later by `import()`. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const names = [...source.matchAll(/^(?:import|export) (?!type )(?:[^'";]*? from )?'([^']+)'/gms)].map(
    ([, name = '']) => name,
  );
  return names
    .filter((name) => !name.startsWith('node:'))
    .flatMap((name) => (name.startsWith('.') ? packagesOf(join(file, '..', name), seen) : [name]));
}

test('the launcher loads no bundler, no Miniflare and no database', () => {
  expect(new Set(packagesOf(join(root, 'scripts/start.ts')))).toEqual(new Set(['zod']));
});

test('the process that prepares a start and then exits loads the database', () => {
  expect(packagesOf(join(root, 'scripts/local/open-database.ts'))).toContain('drizzle-orm');
});
