// Selects the tests for changed files: tests that import a file, tests in the folder with the same name and, for files that nothing
// imports, the tests listed in a table. An unknown file selects all tests.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ImportGraph, reaching } from './import-graph.ts';

export type Suite = 'python' | 'go' | 'sdk';

export interface RelatedTests {
  /** Paths of test files, or `all`. */
  files: string[] | 'all';
  suites: Suite[];
}

/** Entry points of programs. Tests that start one are selected by folder. */
const programs = new Set([
  'builder/server/main.ts',
  'scripts/start.ts',
  'src/app.ts',
  'src/cli/program.ts',
  'src/consume.ts',
  'src/pipeline.ts',
  'src/sweep.ts',
  'src/worker-deps.ts',
  'src/worker.ts',
  'test/builder/support.ts',
  'test/support/deps.ts',
]);

/** Files that the tests around them read. */
const dataOfTests = /^test\/(?!fixtures\/|console\/|sdk\/)[^/]+\/.*\.(?:go|json|md|py|txt)$/;

interface Rule {
  files: RegExp;
  /** Test files under these paths. */
  tests?: string[];
  suites?: Suite[];
}

/** These tests check all files, and the paths and symbols that documents name, which any change may remove. They take seconds. */
const structure = ['test/architecture.test.ts', 'test/imports.test.ts', 'test/maps.test.ts'];
const inWorkerd =
  'access api builders db events following instances logs organizations pointers registry retirement rollouts scan-host serve watching worker'
    .split(' ')
    .map((part) => `test/${part}/`);

/** Files that no test imports, or that other tests also depend on. */
const rules: Rule[] = [
  { files: /^(?:src|builder\/server|scripts|test)\/.*\.tsx?$/ },
  {
    files: /^src\/(?:kinds\/|pipeline\/|(?:deps|due-step|kernel|points|worker-deps|pipeline|sweep)\.ts$)/,
    tests: ['test/api/', 'test/features/', 'test/rollouts/', 'test/worker/'],
  },
  { files: /^src\/traffic\//, tests: ['test/api/deployments/', 'test/api/versions/plugin-overviews'] },
  { files: /^migrations\//, tests: [...inWorkerd, 'test/scripts/'] },
  { files: /^builder\/host-python\//, tests: ['test/builder/', 'test/cli/'], suites: ['python', 'sdk'] },
  {
    files: /^builder\/(?:host-go|go-capabilities)\//,
    tests: testsWithGo(),
    suites: ['go'],
  },
  { files: /^builder\/schemas\//, tests: ['test/contract/'], suites: ['python', 'go'] },
  { files: /^builder\/Dockerfile$/, tests: ['test/builders/', 'test/instances/'] },
  { files: /^src\/console\//, tests: ['test/console-data/'] },
  { files: /^test\/sdk\//, suites: ['sdk'] },
  { files: /^test\/(?:fixtures|console)\// },
  { files: dataOfTests },
  { files: /^src\/cli\/init\/templates\//, tests: ['test/cli/', 'test/e2e/'] },
  { files: /^(?:ops|integrations)\//, tests: ['test/scripts/'] },
  { files: /^examples\//, tests: ['test/cli/', 'test/e2e/'] },
  { files: /^openapi\.json$/, tests: ['test/openapi.test.ts', 'test/client/', 'test/cli/', 'test/scripts/'] },
  { files: /^src\/.*\.(?:md|sql|d\.ts)$/ },
  { files: /^scripts\/local\//, tests: ['test/e2e/'] },
  { files: /^scripts\// },
  { files: /^(?:docs|bench|public|\.github|\.ci)\/|^[^/]*\.md$|^(?:LICENSE|biome\.json|\.gitignore)$/ },
];

/** Returns the test files that compile Go plugins, as their tags say. */
function testsWithGo(): string[] {
  return globSync('test/**/*.test.ts').filter((path) =>
    /^\/\/ @module-tag go$|\btags: .*'go'/m.test(readFileSync(path, 'utf8')),
  );
}

/** `tests` are all test files, and `graph` covers all project files that can import others. */
export function relatedTests(changed: readonly string[], tests: readonly string[], graph: ImportGraph): RelatedTests {
  const found = changed.map((path) => ({ path, folder: testFolder(path, tests), rules: rulesOf(path) }));
  const suites = [...new Set(found.flatMap((file) => file.rules.flatMap((rule) => rule.suites ?? [])))];
  if (found.some((file) => file.rules.length === 0)) return { files: 'all', suites: ['python', 'go', 'sdk'] };
  const reached = reaching(graph, changed, programs);
  const under = found.flatMap((file) => [
    ...structure,
    ...(file.folder === undefined ? [] : [`${file.folder}/`]),
    ...file.rules.flatMap((rule) => rule.tests ?? []),
  ]);
  const files = tests.filter((test) => reached.has(test) || under.some((start) => test.startsWith(start)));
  return { files, suites };
}

/** Returns the files that more than half of the tests depend on. Files that select all tests are left out. */
export function neededByMost(changed: readonly string[], tests: readonly string[], graph: ImportGraph): string[] {
  return changed.filter((path) => {
    const { files } = relatedTests([path], tests, graph);
    return files !== 'all' && files.length > tests.length / 2;
  });
}

/** Returns no rules for files that every test starts from, such as `test/programs.ts`. */
function rulesOf(path: string): Rule[] {
  if (/^test\/[^/]+\.ts$/.test(path) && !path.endsWith('.test.ts')) return [];
  return rules.filter(({ files }) => files.test(path));
}

/** Returns the nearest folder around a file in which there are tests. */
function folderAround(path: string, tests: readonly string[]): string {
  let folder = dirname(path);
  while (folder !== 'test' && !tests.some((test) => test.startsWith(`${folder}/`))) folder = dirname(folder);
  return folder;
}

/** Returns the nearest existing test folder. Test folders have the same names as source folders. */
function testFolder(path: string, tests: readonly string[]): string | undefined {
  if (dataOfTests.test(path)) return folderAround(path, tests);
  const [, part, inside = ''] = /^(src|builder\/server|scripts)\/(.*)$/.exec(path) ?? [];
  if (part === undefined) return undefined;
  const [, feature] = /(?:^|\/)features\/([^/]+)\//.exec(inside) ?? [];
  if (feature !== undefined) return `test/features/${feature}`;
  const top = { src: 'test', 'builder/server': 'test/builder', scripts: 'test/scripts' }[part] ?? 'test';
  for (let folder = dirname(inside); folder !== '.'; folder = dirname(folder)) {
    if (existsSync(`${top}/${folder}`)) return `${top}/${folder}`;
  }
  return top === 'test' ? undefined : top;
}
