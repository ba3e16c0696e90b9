// What must hold besides the tests: types, style, and that what is generated is in step with what it is generated from.
import { runCommand } from './command.ts';
import type { Task } from './tasks.ts';

const commands: Record<string, string[]> = {
  'types: Worker': ['tsc', '-p', 'tsconfig.worker.json'],
  'types: builder and CLI': ['tsc', '-p', 'tsconfig.node.json'],
  'types: scripts and end-to-end tests': ['tsc', '-p', 'tsconfig.scripts.json'],
  'types: tests in workerd': ['tsc', '-p', 'tsconfig.test.json'],
  'types: pages': ['tsc', '-p', 'tsconfig.pages.json'],
  'lint and format': ['biome', 'check', '.'],
  'migrations in step with the schema': ['node', 'scripts/check-migrations.ts'],
  'builder schemas in step with the contract': ['node', 'scripts/generate-schemas.ts', '--check'],
  'policy version in step with the policy': ['node', 'scripts/check-policy-version.ts'],
  'docs/rules.md in step with the rules': ['node', 'scripts/generate-rules.ts', '--check'],
  'docs/cli.md in step with the commands': ['node', 'scripts/generate-cli-docs.ts', '--check'],
  'openapi.json and the client in step with the routes': ['node', 'scripts/generate-openapi.ts', '--check'],
};

export const checks: Task[] = Object.entries(commands).map(([name, [command = '', ...args]]) => ({
  name,
  run: async () => {
    const ran = await runCommand(command, args);
    return { ...ran, outcome: ran.exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 } };
  },
}));
