// Mutations of builder/server/removal: what is followed, entered, set aside and tried again.
import type { Mutation } from './mutation.ts';

const removals = 'test/builder/removal/removals.test.ts';
const damaged = 'test/builder/damaged-state.test.ts';
const folder = 'builder/server/removal';

export const mutations: Mutation[] = [
  {
    name: 'a link that takes the place of a folder is followed',
    file: `${folder}/remove-tree.ts`,
    search: 'constants.O_DIRECTORY | constants.O_NOFOLLOW',
    replace: 'constants.O_DIRECTORY',
    tests: [removals],
  },
  {
    name: 'what is mounted in a tree is removed',
    file: `${folder}/remove-tree.ts`,
    search: 'if (mountOf(folder) !== this.#mount) return this.#note(mountPoint);',
    replace: '',
    tests: [removals],
  },
  {
    name: 'names are read as UTF-8',
    file: `${folder}/remove-tree.ts`,
    search: "encoding: 'latin1', bufferSize",
    replace: "encoding: 'utf8', bufferSize",
    tests: [removals],
  },
  {
    name: 'a folder that is closed to its owner stays',
    file: `${folder}/remove-tree.ts`,
    search: 'attempt(() => chmodSync(descriptorPath(folder), 0o700));',
    replace: '',
    tests: [damaged],
  },
  {
    name: 'a removal that was interrupted is not continued',
    file: `${folder}/removals.ts`,
    search: 'this.#add(join(this.#leaving, name));',
    replace: '{}',
    tests: [removals],
  },
  {
    name: 'the quarantine is tried again at a start only',
    file: `${folder}/removals.ts`,
    search: 'setInterval(() => this.#retry(), retryMs).unref();',
    replace: '',
    tests: [removals],
  },
  {
    name: 'a path that is still taken is said to be free',
    file: `${folder}/removals.ts`,
    search: 'if (reason === undefined || isAbsent(path)) return true;',
    replace: 'return true;',
    tests: [removals],
  },
];
