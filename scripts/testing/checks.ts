// Lists the checks that run before the tests: types, style, and that generated files are up to date.
import { z } from 'zod';
import { parseJson } from '../../src/core/json/parse.ts';
import { runCommand } from './command.ts';
import type { TestResults } from './outcome.ts';
import type { Task } from './tasks.ts';

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
const errorSchema = z.object({ message: z.string() });

/** Fails on advisories of high or critical severity. If the registry has no audit support, reports that but doesn't fail. */
const advisories: Task = {
  name: 'no known vulnerabilities',
  run: async () => {
    const ran = await runCommand('npm', ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=10000']);
    return { ms: ran.ms, ...auditResults(ran.output) };
  },
};

export function auditResults(output: string): { results: TestResults; output: string } {
  // npm prints warnings around its report.
  const answer = parseJson(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  const report = reportSchema.safeParse(answer);
  if (!report.success) {
    const reason = `No advisory source was reachable (${errorSchema.safeParse(answer).data?.message ?? 'no report'}).`;
    return { results: { passed: 0, failed: 0, failures: [], notRun: [{ count: 1, reason }] }, output: '' };
  }
  const severe = Object.entries(report.data.vulnerabilities).filter(([, { severity }]) =>
    /high|critical/.test(severity),
  );
  const lines = severe.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  const failed = severe.length === 0 ? 0 : 1;
  return { results: { passed: 1 - failed, failed, failures: [] }, output: lines.join('\n') };
}

/**
 * TypeScript's native compiler takes half the CPU time, and with one checker half of that, because several checkers would each infer
 * the types that files share. The `typescript` package provides the API that tests and generators use.
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
  'the lists of features are up to date': ['node', 'scripts/generate/features.ts', '--check'],
  'builder schemas are up to date': ['node', 'scripts/generate/schemas.ts', '--check'],
  'the main module of isolates is up to date': ['node', 'scripts/generate/isolate.ts', '--check'],
  'the adapter for Ray is up to date': ['node', 'scripts/generate/ray-adapter.ts', '--check'],
  'the packages known to work are up to date': ['node', 'scripts/generate/known-packages.ts', '--check'],
  'policy version matches the policy': ['node', 'scripts/checks/policy-version.ts'],
  'plain language': ['node', 'scripts/checks/plain-language.ts'],
  'citations resolve': ['node', 'scripts/checks/citations.ts'],
  'packages are pinned, hashed and licensed': ['node', 'scripts/checks/dependencies.ts'],
  'pages of the console and the reference are within their budgets': ['node', 'scripts/checks/console-size.ts'],
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
