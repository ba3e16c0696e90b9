// Mutations of src/logs: what is stored of an instance's log, and what is not.
import type { Mutation } from './mutation.ts';

export const mutations: Mutation[] = [
  {
    name: 'chunks are reported as stored that the bucket refused',
    file: 'src/logs/stored-chunks.ts',
    search: '  await storeChunks(deps, chunks);\n',
    replace: '  await storeChunks(deps, chunks).catch(() => {});\n',
    tests: ['test/logs/stored-logs.test.ts'],
  },
  {
    name: 'a chunk that the builder and the bucket have is read twice',
    file: 'src/logs/read-log.ts',
    search: '    if (left[0]?.name === stored.name) yield* left.splice(0, 1);\n    else yield',
    replace: '    yield',
    tests: ['test/logs/stored-logs.test.ts'],
  },
  {
    name: 'logs are stored without a budget',
    file: 'src/logs/stored-chunks.ts',
    search: 'budgets.get(id)?.hasRoom === false;',
    replace: 'budgets.get(id)?.hasRoom === null;',
    tests: ['test/logs/log-budget.test.ts'],
  },
  {
    name: 'stored logs are not counted',
    file: 'src/logs/stored-chunks.ts',
    search: '  await countStored(deps, stored);\n',
    replace: '',
    tests: ['test/logs/log-budget.test.ts'],
  },
];
