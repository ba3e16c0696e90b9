// Tests the code changes that operators make, and which tests are run for them.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { codeMutations, randomSample } from '../../scripts/mutation/code.ts';

const files = {
  'src/deploy/claim.ts': `export function mayClaim(id: string, now: number): boolean {
  return isKnown(id) && and(isUnleased(id, now), isUnfinished(id));
}
`,
  'test/deploy/claims.test.ts': "import '../../src/deploy/claim.ts';\n",
};

async function projectOf(texts: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'slipway-mutations-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const folders = ['src', 'builder', 'scripts', 'test'];
  for (const folder of folders) await mkdir(join(path, folder));
  for (const [file, text] of Object.entries(texts)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
}

test('operators change each part of a function', async () => {
  const text = `export function late(all: number[], now: number): boolean {
  if (now < 10) return false;
  log(now);
  return all.length === 0 || !isOpen(now);
}
`;
  const project = await projectOf({ ...files, 'src/late.ts': text });
  const mutations = await codeMutations({ root: project, names: ['late'], tests: ['test/deploy/claims.test.ts'] });
  expect(mutations.map(({ name }) => name)).toEqual([
    'late:2: now < 10 -> true',
    'late:2: now < 10 -> false',
    'late:2: < -> <=',
    'late:2: 10 -> 10 * 1000',
    'late:2: false -> true',
    'late:3: log(now); -> ;',
    'late:4: all.length === 0 || !isOpen(now) -> all.length === 0',
    'late:4: all.length === 0 || !isOpen(now) -> !isOpen(now)',
    'late:4: === -> !==',
    'late:4: 0 -> 1',
    'late:4: !isOpen(now) -> isOpen(now)',
  ]);
  expect(new Set(mutations.map(({ after }) => after)).size).toBe(mutations.length);
});

test('changed code is run with the tests that import it most directly, unless tests are named', async () => {
  const texts = {
    ...files,
    'src/api/app.ts': "import '../deploy/claim.ts';\n",
    'test/api/far.test.ts': "import '../../src/api/app.ts';\n",
    'test/api/near.test.ts': "import '../../src/deploy/claim.ts';\n",
  };
  const project = await projectOf(texts);
  const [mutation] = await codeMutations({ root: project, names: ['src/deploy'], tests: [] });
  expect(mutation?.tests).toEqual(['test/deploy/claims.test.ts', 'test/api/near.test.ts', 'test/api/far.test.ts']);
});

test('a sample has no repetitions, and no more items than there are', () => {
  expect(new Set(randomSample([1, 2, 3, 4], 3)).size).toBe(3);
  expect(randomSample([1, 2], 5).toSorted()).toEqual([1, 2]);
  expect(() => randomSample([1], 0)).toThrow('--sample takes the number of mutations.');
});
