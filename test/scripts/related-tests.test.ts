// Tests which tests `npm test -- --changed` runs for a changed file.
import { beforeAll, expect, test } from 'vitest';
import {
  buildImportGraph,
  type ImportGraph,
  importGraph,
  namedBy,
  reaching,
} from '../../scripts/testing/import-graph.ts';
import { projectFiles } from '../../scripts/testing/project-files.ts';
import { neededByMost, relatedTests } from '../../scripts/testing/related-tests.ts';

let tests: string[];
let sources: string[];
let graph: ImportGraph;
beforeAll(async () => {
  // Not only tracked files, because a checkout may come without its repository.
  const files = await projectFiles(['bench', 'builder', 'docs', 'examples', 'scripts', 'src', 'test']);
  tests = files.filter((path) => path.endsWith('.test.ts'));
  sources = files.filter((path) => /\.(?:tsx?|js)$/.test(path));
  graph = await importGraph(sources);
});

/** Returns the folders or files of the selected tests, as the first two segments of their paths. */
function chosenFor(...changed: string[]) {
  const { files, suites } = relatedTests(changed, tests, graph);
  if (files === 'all') return [files, suites];
  return [new Set(files.map((path) => path.split('/').slice(0, 2).join('/'))), suites];
}

test('a file refers to others through imports, exports, resolved URLs and fixture paths, but not through types', () => {
  const text = `import a from '../a.ts';
import type { B } from '../b.ts';
export { c } from './c.ts';
export type { D } from './d.ts';
import './e.ts';
const f = await import('./f.ts');
const folder = fileURLToPath(import.meta.resolve('../../examples/g/'));
const url = new URL('./h.json', import.meta.url);
const read = readFileSync('test/fixtures/i/j.go');
import { z } from 'zod';`;
  expect(namedBy('test/x/y.ts', text)).toEqual([
    'test/a.ts',
    'test/x/c.ts',
    'test/x/e.ts',
    'test/x/f.ts',
    'examples/g',
    'test/x/h.json',
    'test/fixtures/i/j.go',
  ]);
});

test("a file is reached through other files and through its folder, but not through a program's entry point", () => {
  const small = buildImportGraph([
    ['a', ['b']],
    ['b', ['folder']],
    ['c', ['main']],
    ['main', ['b']],
  ]);
  expect(reaching(small, ['folder/x'], new Set(['main']))).toEqual(new Set(['folder/x', 'b', 'a', 'main']));
  expect(reaching(small, ['main'], new Set(['main']))).toEqual(new Set(['main', 'c']));
});

test('every source in src and builder/server is reached by a test, or has a folder with tests', () => {
  const tested = sources.filter((path) => /^(?:src|builder\/server)\/.*(?<!\.d)\.tsx?$/.test(path));
  const alone = tested.filter((path) => relatedTests([path], tests, graph).files.length <= structure.length);
  expect(alone).toEqual([]);
});

/**
 * Tests that check properties of all files. The second test reads the maps, which any change to a document or moved file can
 * invalidate.
 */
const structure = ['test/architecture.test.ts', 'test/imports.test.ts', 'test/maps.test.ts'];

test.each([
  ['ARCHITECTURE.md', []],
  ['CONTRIBUTING.md', []],
  ['README.md', []],
  ['docs/design.md', []],
  ['openapi.json', ['test/cli', 'test/client', 'test/openapi.test.ts', 'test/scripts']],
  ['scripts/testing/summary.ts', ['test/scripts']],
  ['test/core/ids.test.ts', ['test/core']],
])('%s selects the structure and map tests, and %j', (path, folders) => {
  expect(chosenFor(path)).toEqual([new Set([...structure, ...folders]), []]);
});

test.each([
  ['migrations/0000_first.sql', ['test/api', 'test/db', 'test/rollouts', 'test/serve'], []],
  ['builder/host-python/slipway_host/frames.py', ['test/builder', 'test/cli'], ['python', 'sdk']],
  ['builder/host-go/slipwayhost/calls.go', ['test/builder', 'test/instances', 'test/rollouts'], ['go']],
  ['builder/schemas/hello.json', ['test/contract'], ['python', 'go']],
  ['test/sdk/test_plugins.py', [], ['sdk']],
  ['src/scan/scan.ts', ['test/scan', 'test/scan-host'], []],
  ['src/cli/program.ts', ['test/cli'], []],
  ['src/db/schema/deploy.ts', ['test/db', 'test/rollouts', 'test/api'], []],
  ['builder/server/main.ts', ['test/builder'], []],
  ['scripts/local/secrets.ts', ['test/e2e', 'test/scripts'], []],
  ['src/cli/init/templates/function/manifest.py', ['test/cli', 'test/e2e'], []],
  ['test/cli/find/golden/diff-placement.txt', ['test/cli'], []],
  ['test/builder/breakout/attacks/kernel.py', ['test/builder'], []],
  ['ops/prometheus/alerts.yaml', ['test/scripts'], []],
])('%s selects tests in %j and the suites %j, which need not import it', (path, folders, suites) => {
  const [chosen, chosenSuites] = chosenFor(path);
  expect(chosenSuites).toEqual(suites);
  expect([...(chosen ?? [])]).toEqual(expect.arrayContaining(folders));
});

test.each(['wrangler.toml', 'package-lock.json', 'vitest.config.ts', 'test/programs.ts', 'a-new-folder/file'])(
  '%s selects all tests',
  (path) => {
    expect(chosenFor(path, 'README.md')).toEqual(['all', ['python', 'go', 'sdk']]);
  },
);

test('the changed files that most tests depend on are named', () => {
  expect(neededByMost(['README.md', 'src/contract/states.ts', 'src/api/conditional.ts'], tests, graph)).toEqual([
    'src/contract/states.ts',
  ]);
});

test('a change in one part does not select all tests', () => {
  const [folders] = chosenFor('src/api/conditional.ts');
  expect([...(folders ?? [])].filter((folder) => /^test\/(?:builder|cli|scan)$/.test(folder))).toEqual([]);
});
