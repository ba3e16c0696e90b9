// Lists the checks that run before the tests: types, style, and that generated files are up to date.
import { advisories } from './advisories.ts';
import { runCommand } from './command.ts';
import type { Task } from './tasks.ts';

/**
 * TypeScript's native compiler takes half of the processor time, and with one checker half of that: several would each infer the types that
 * files share. The `typescript` package keeps the API that tests and generators use.
 */
const tsc = ['node_modules/typescript-7/bin/tsc', '--checkers', '1', '-p'];

const commands: Record<string, string[]> = {
  'types: Worker and its tests': [...tsc, 'tsconfig.worker.json'],
  'types: builder and CLI': [...tsc, 'tsconfig.node.json'],
  'types: scripts and end-to-end tests': [...tsc, 'tsconfig.scripts.json'],
  'types: pages': [...tsc, 'tsconfig.pages.json'],
  'types: console': [...tsc, 'tsconfig.console.json'],
  'lint and format': ['biome', 'check', '.'],
  'migrations match the schema': ['node', 'scripts/checks/migrations.ts'],
  'builder schemas are up to date': ['node', 'scripts/generate/schemas.ts', '--check'],
  'the main module of isolates is up to date': ['node', 'scripts/generate/isolate.ts', '--check'],
  'the adapter for Ray is up to date': ['node', 'scripts/generate/ray-adapter.ts', '--check'],
  'policy version matches the policy': ['node', 'scripts/checks/policy-version.ts'],
  'plain language': ['node', 'scripts/checks/plain-language.ts'],
  'citations resolve': ['node', 'scripts/checks/citations.ts'],
  'packages are pinned, hashed and licensed': ['node', 'scripts/checks/dependencies.ts'],
  'every page of the console and the reference is within its budget': ['node', 'scripts/checks/console-size.ts'],
  'docs/guarantees.md is up to date': ['node', 'scripts/generate/guarantees.ts', '--check'],
  'docs/rules.md is up to date': ['node', 'scripts/generate/rules.ts', '--check'],
  'docs/messages.md is up to date': ['node', 'scripts/generate/messages.ts', '--check'],
  'docs/cli.md is up to date': ['node', 'scripts/generate/cli-docs.ts', '--check'],
  'openapi.json and client types are up to date': ['node', 'scripts/generate/openapi.ts', '--check'],
};

const commandChecks = Object.entries(commands).map(([name, [command = '', ...args]]) => ({
  name,
  run: async () => {
    const ran = await runCommand(command, args);
    const failed = ran.exitCode === 0 ? 0 : 1;
    return { ...ran, results: { passed: 1 - failed, failed, failures: [] } };
  },
}));

export const checks: Task[] = [...commandChecks, advisories];
