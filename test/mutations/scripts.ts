// Mutations of scripts: checks that pass whatever they check.
import type { Mutation } from './mutation.ts';

const checks = 'test/scripts/checks.test.ts';
const migrated = 'test/scripts/migrated-schema.test.ts';
const outcome = 'test/scripts/outcome.test.ts';
const burst = 'test/scripts/burst-faults.test.ts';
const verify = 'test/scripts/verify-events.test.ts';
const deployCheck = 'test/scripts/deploy-check.test.ts';

export const mutations: Mutation[] = [
  {
    name: "the migrations' SQL is not compared with the schema",
    file: 'scripts/checks/migrations.ts',
    search: 'if (differences.length > 0) {',
    replace: 'if (differences.length > 999) {',
    tests: [checks],
  },
  {
    name: 'a schema that is ahead of the migrations passes',
    file: 'scripts/checks/migrations.ts',
    search: 'if (missing.length > 0) {',
    replace: 'if (missing.length > 999) {',
    tests: [checks],
    equivalent: 'the SQL is then compared with the schema, which finds the same difference',
  },
  {
    name: 'what the migrations make in addition passes',
    file: 'scripts/testing/migrated-schema.ts',
    search: '[...made].filter((part) => !wanted.has(part))',
    replace: "[...made].filter((part) => part === '')",
    tests: [migrated],
  },
  {
    name: 'the conditions of columns are not compared',
    file: 'scripts/testing/migrated-schema.ts',
    search: `  for (const check of checksOf(sql)) yield \`check of \${table}: \${plain(check)}\`;
`,
    replace: '',
    tests: [migrated],
  },
  {
    name: 'a failed check passes',
    file: 'scripts/testing/checks.ts',
    search: 'ran.exitCode === 0 ? 0 : 1',
    replace: '0',
    tests: [checks],
  },
  {
    name: 'npm run check ends with exit code 0',
    file: 'scripts/check.ts',
    search: 'failed > 0) ? 1 : 0',
    replace: 'failed > 0) ? 0 : 0',
    tests: [checks],
  },
  {
    name: 'npm test ends with exit code 0',
    file: 'scripts/test.ts',
    search: 'failed > 0) ? 1 : 0',
    replace: 'failed > 0) ? 0 : 0',
    tests: [checks],
  },
  {
    name: 'a runner that ran no tests passes',
    file: 'scripts/testing/outcome.ts',
    search: 'exitCode === 0 && results.passed > 0',
    replace: 'exitCode === 0',
    tests: [outcome],
  },
  {
    name: 'a race without a round passes',
    file: 'scripts/publish-race.ts',
    search: ' || rounds < 1) throw',
    replace: ') throw',
    tests: [checks],
  },
  {
    name: 'a lost event passes',
    file: 'scripts/testing/burst-faults.ts',
    search: 'lost > 0',
    replace: 'lost > 999',
    tests: [burst],
  },
  {
    name: 'a stray schema of the builder passes',
    file: 'scripts/generate/schemas.ts',
    search: 'const wrong = [...stale, ...extra];',
    replace: 'const wrong = [...stale];',
    tests: [checks],
  },
  {
    name: 'an export without a noted block passes',
    file: 'scripts/verify-events.ts',
    search: 'if (hash !== undefined && hash !== previous',
    replace: "if (hash === '' && hash !== previous",
    tests: [verify],
  },
  {
    name: 'incomplete settings are deployed',
    file: 'scripts/deploy-check.ts',
    search: 'faults.length === 0 ? 0 : 1',
    replace: '0',
    tests: [deployCheck],
  },
];
