// Tests that each check in `npm run check` can fail. A copy of the project gets one defect, and the script must find it.
// @module-tag long
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFiles } from '../../scripts/testing/project-files.ts';

const root = resolve('.');
let copy = '';

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'slipway-checks-'));
  const folders = ['bench', 'builder', 'docs', 'examples', 'migrations', 'scripts', 'src', 'test'];
  const files = (await projectFiles(folders)).filter(
    (path) => /\.\w+$|\/|^LICENSE$/.test(path) && !path.startsWith('.'),
  );
  for (const path of files) await cp(join(root, path), join(copy, path));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

async function run(args: string[], env: Record<string, string | undefined> = process.env) {
  const child = spawn(process.execPath, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

type Defect = (path: string) => Promise<void>;

const append =
  (addition: string): Defect =>
  (path) =>
    appendFile(path, addition);

const replace =
  (from: string | RegExp, to: string): Defect =>
  async (path) => {
    const before = await readFile(path, 'utf8');
    const after = before.replace(from, () => to);
    expect(after).not.toBe(before);
    await writeFile(path, after);
  };

const extraColumn = 'alter table `namespaces` add `stray` text;\n';

test.each<[script: string, file: string, defect: Defect, message: string]>([
  [
    'checks/migrations.ts',
    'migrations/0000_initial.sql',
    append(`--> statement-breakpoint\n${extraColumn}`),
    'The SQL in migrations/ does not produce the schema. Correct it in a new migration:\nthe schema does not declare: column namespaces.stray: TEXT\n',
  ],
  [
    'checks/migrations.ts',
    'src/db/schema/access.ts',
    replace(/\bprefix: text/, "extra: text('extra'),\n    prefix: text"),
    'The schema is ahead of migrations/. Run `npm run db:generate`. Missing:',
  ],
  [
    'checks/dependencies.ts',
    'package.json',
    replace(/"hono": "[^"]+"/, '"hono": "^4.0.0"'),
    'package.json: hono is ^4.0.0. Use the exact version of package-lock.json.\n',
  ],
  [
    'checks/policy-version.ts',
    'src/scan/policy/fingerprints.json',
    replace(/"[0-9a-f]{64}"\n/, `"${'0'.repeat(64)}"\n`),
    'The scan policy changed, but its version is still',
  ],
  ['checks/plain-language.ts', 'docs/events.md', append('\nIt starts an\u0065w.\n'), 'docs/events.md:'],
  [
    'checks/citations.ts',
    'src/core/log.ts',
    append('// See docs/\u0061bsent.md.\n'),
    ': there is no docs/\u0061bsent.md',
  ],
  ['generate/schemas.ts', 'builder/schemas/health.json', append('\n'), 'Out of date in builder/schemas: health.json.'],
  ['generate/schemas.ts', 'builder/schemas/stray.json', append('{}\n'), 'Out of date in builder/schemas: stray.json.'],
  ['generate/openapi.ts', 'openapi.json', append('\n'), 'Out of date: openapi.json.'],
])('%s fails for a defect in %s', async (script, file, defect, message) => {
  const path = join(copy, file);
  const original = await readFile(path).catch(() => undefined);
  await defect(path);
  const { code, stderr } = await run([`scripts/${script}`, ...(script.startsWith('generate/') ? ['--check'] : [])]);
  await (original ? writeFile(path, original) : rm(path));
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
});

/** Returns a PATH on which every program that checks and tests use exits with this code. */
async function stubs(exitCode: number): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(copy, 'stubs-'));
  for (const name of ['tsc', 'biome', 'node', 'vitest', 'env']) {
    await writeFile(join(folder, name), `#!/bin/sh\nexit ${exitCode}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return { PATH: folder };
}

describe('npm run check', () => {
  test('a check passes if its program succeeds, unless the program runs tests and ends without results', async () => {
    const { code, stdout } = await run(['scripts/check.ts'], await stubs(0));
    const failed = stdout.slice(stdout.lastIndexOf('Failed:')).trimEnd().split('\n');
    expect([code, failed.slice(1, -2).map((line) => line.trim()), failed.at(-1)]).toEqual([
      1,
      ['imports, processes, pipes and the size of files'],
      expect.stringMatching(/^\d+ passed, 1 failed$/),
    ]);
  });

  test('npm run check fails if a check fails, and counts each failed check', async () => {
    const { code, stdout } = await run(['scripts/check.ts'], await stubs(1));
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([1, expect.stringMatching(/^0 passed, \d\d failed$/)]);
  });
});

test('npm run test:all fails if the test runners end without results, even with exit code 0', async () => {
  const { code, stdout } = await run(['scripts/test.cjs', '--all'], await stubs(0));
  const [, ...failed] = stdout.slice(stdout.lastIndexOf('Failed:')).split('\n');
  const runners = failed.slice(0, failed.indexOf('')).map((line) => line.trim());
  expect([code, runners.sort()]).toEqual([
    1,
    [
      'Node and workerd tests',
      'Python host tests',
      'SDK tests',
      'end-to-end tests',
      'extended Node and workerd tests',
      'extended end-to-end tests',
    ],
  ]);
});
