// Mutations of the build for isolates, and of the decision where a Go plugin runs.
import type { Mutation } from './mutation.ts';

const survey = 'test/builder/builds/package-survey.test.ts';
const limits = 'test/builder/builds/wasm-limits.test.ts';
const memory = 'test/builder/builds/wasm-memory.test.ts';
const placing = 'test/deploy/install/placement.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'what a module imports does not count',
    file: 'builder/server/builds/package-survey.ts',
    search: 'const own = packages.filter(({ Standard }) => !Standard);',
    replace: 'const own = packages.filter(isMain);',
    tests: [survey],
  },
  {
    name: 'a package of the standard library that depends on net may run in an isolate',
    file: 'builder/server/builds/package-survey.ts',
    search: 'byPath.get(path)?.Standard || outOfReach.has(path) ? reached(path) : undefined',
    replace: 'outOfReach.has(path) ? path : undefined',
    tests: [survey],
  },
  {
    name: 'a module keeps its own maximum of memory',
    file: 'builder/server/builds/wasm-memory.ts',
    search: '...numberBytes(pages), ...numberBytes(pagesMax)]',
    replace: '...numberBytes(pages), ...numberBytes(pagesMax + 1)]',
    tests: [memory],
  },
  {
    name: 'a module of any compressed size is taken',
    file: 'builder/server/builds/wasm.ts',
    search: 'if (compressedBytes > compressedBytesMax)',
    replace: 'if (compressedBytes > moduleBytesMax)',
    tests: [limits],
  },
  {
    name: 'a plugin that asks for grants may run in an isolate',
    file: 'src/kinds/go-placement.ts',
    search: "  if (asked.length > 0) return needsContainer(`asks for grants (${asked.join(', ')})`);\n",
    replace: '',
    tests: [placing],
  },
  {
    name: 'an isolate that is impossible becomes a container',
    file: 'src/kinds/go-placement.ts',
    search: "if (requested === 'auto') return",
    replace: "if (requested !== 'container') return",
    tests: [placing],
  },
  {
    name: 'a diff has the reason of the version before in both',
    file: 'src/api/extractors/versions/version-wire.ts',
    search: 'v2: placement.after.reason }',
    replace: 'v2: placement.before.reason }',
    tests: ['test/api/go-plugins/go-capabilities.test.ts'],
  },
  {
    name: 'a placement that changed is not shown where the files are the same',
    file: 'src/cli/plugins/diff-text.ts',
    search: 'have the same files\\n${placement}`',
    replace: 'have the same files\\n`',
    tests: ['test/cli/find/capabilities.test.ts'],
  },
];
