// Mutations of src/archive: unsafe names, limits, and what a file's first bytes say.
import type { Mutation } from './mutation.ts';

const names = 'test/archive/zip-names.test.ts';
const contents = 'test/archive/zip-contents.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'a path that leaves the archive is accepted',
    file: 'src/archive/paths.ts',
    search: "if (part === '..') return 'contains `..`';",
    replace: '',
    tests: [names],
  },
  {
    name: 'an absolute path is accepted',
    file: 'src/archive/paths.ts',
    search: "if (path.startsWith('/')) return 'absolute path';",
    replace: '',
    tests: [names],
  },
  {
    name: 'names that differ only in case do not collide',
    file: 'src/archive/paths.ts',
    search: ".toLowerCase().toUpperCase().toLowerCase().normalize('NFC')",
    replace: '',
    tests: [names],
  },
  {
    name: 'an ELF file is not recognized',
    file: 'src/archive/magic.ts',
    search: "{ kind: 'ELF', magic: [0x7f, 0x45, 0x4c, 0x46] },",
    replace: '',
    tests: [contents],
  },
];
