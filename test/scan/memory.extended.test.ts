// Tests that no plugin takes more memory than an isolate has. A scan that runs out of memory reports nothing, and fails again on each
// retry (scan policy §5.6c).
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, inject, test } from 'vitest';

type Files = Record<string, string>;

/** Half of an isolate's memory, which it shares with other requests. */
const heapMb = 64;

/** Returns the rules that the plugin breaks. Rejects if the scan exceeds the heap limit. */
async function rulesWithinHeap(files: Files): Promise<unknown> {
  const worker = new Worker(fileURLToPath(import.meta.resolve('./support/scan-within-heap.ts')), {
    workerData: files,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8 },
  });
  try {
    const [rules]: unknown[] = await once(worker, 'message');
    return rules;
  } finally {
    await worker.terminate();
  }
}

const count = 990;

/** Returns modules that each import the next one, in a circle. */
function circle(text: (at: number, next: number) => string, path = (at: number) => `m${at}.py`): Files {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [path(at), text(at, (at + 1) % count)]));
}

const listed = (names: readonly string[]) => `__all__ = [${names.map((name) => `'${name}'`).join(', ')}]\n`;
const numbered = (length: number, name: (at: number) => string) => Array.from({ length }, (_, at) => name(at));
const ofOs = (at: number) => `${listed(['os', `x${at}`])}import os\nx${at} = os.getcwd()\n`;
const manyNames = numbered(2000, (at) => `o${at}${'_long'.repeat(60)}`);

const cases: [string, Files, string[]][] = [
  ['a circle in which each has its `__all__`', circle((at, next) => `from m${next} import *\n${ofOs(at)}`), ['SLP603']],
  [
    'a circle in which each adds to its `__all__`',
    circle((at, next) => `from m${next} import *\n__all__ = []\n__all__ += ['x${at}']\nimport os as o${at}\n`),
    ['SLP603'],
  ],
  [
    'a circle of packages',
    circle(
      (at, next) => `from p${next} import *\n${ofOs(at)}`,
      (at) => `p${at}/__init__.py`,
    ),
    ['SLP603'],
  ],
  [
    'names under another name each',
    circle(
      (at, next) =>
        `${listed([`o${at}`, 'os'])}from m${next} import *\nfrom m${next} import o${next} as o${at}\nimport os\n`,
    ),
    ['SLP603'],
  ],
  [
    'two circles that import each other',
    circle((at) => `from m${(at + 2) % count} import *\nfrom m${at + 1 - 2 * (at % 2)} import *\n${ofOs(at)}`),
    ['SLP603'],
  ],
  [
    'fifty names in each `__all__`',
    circle(
      (at, next) => `from m${next} import *\n${listed(numbered(50, (name) => `o${name}`))}import os as o${at % 50}\n`,
    ),
    ['SLP603'],
  ],
  [
    'a name that each binds to something else',
    circle((_, next) => `from m${next} import *\n${listed(['o'])}import os\nclass o:\n    p = os\n`),
    ['SLP603'],
  ],
  [
    'a name that each imports from the next one',
    circle((_, next) => (next === 0 ? 'import os as o\n' : `from m${next} import o\no.getcwd()\n`)),
    [],
  ],
  [
    'many long names of one module',
    {
      ...circle((at) => `from hub import *\n${manyNames[at]}.x\n`),
      'hub.py': manyNames.map((name) => `import os as ${name}\n`).join(''),
    },
    ['SLP603'],
  ],
];
/** Each case takes seconds of processor time, so only the first runs by default. */
const tried = inject('long') ? cases : cases.slice(0, 1);

test.each(tried)(
  "a plugin of 990 modules is scanned within half an isolate's memory, or is refused: %s",
  async (_, files, rules) => {
    expect(await rulesWithinHeap(files)).toEqual(rules);
  },
);

test("the densest file within the limits is scanned within half an isolate's memory", async () => {
  expect(await rulesWithinHeap({ 'm.py': `import os\n${'a.b=c.d(e,f)\n'.repeat(23_800)}` })).toEqual([]);
});

const many = 90_000;
const ofMany = (line: (at: number) => string): Files => ({ 'm.py': `import os\n${numbered(many, line).join('\n')}\n` });

const wide: [string, Files][] = [
  ['90,000 classes', ofMany((at) => `class C${at}: x = os`)],
  ['90,000 names', ofMany((at) => `n${at} = os`)],
  ['90,000 functions', ofMany((at) => `def f${at}(a=os): return a`)],
  ['90,000 imports', ofMany((at) => `import os as n${at}`)],
  [
    'a thousand names in each of 200 modules',
    Object.fromEntries(
      numbered(200, (at) => `m${at}.py`).map((path) => [
        path,
        `import os\n${numbered(1000, (at) => `n${at} = os\n`).join('')}`,
      ]),
    ),
  ],
];

test.each(inject('long') ? wide : wide.slice(0, 1))(
  "a plugin with more names than fit into an isolate's memory is refused: %s",
  async (_, files) => {
    expect(await rulesWithinHeap(files)).toContain('SLP603');
  },
);
