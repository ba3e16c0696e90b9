// Asks the registry for known vulnerabilities of the installed packages by `npm audit`.
import { z } from 'zod';
import { runCommand } from './command.ts';
import type { TestResults } from './outcome.ts';
import type { Task } from './tasks.ts';

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
const errorSchema = z.object({ message: z.string() });

/** Fails for advisories of high or critical severity. A registry that answers no audit is reported, and does not fail. */
export const advisories: Task = {
  name: 'no known vulnerabilities',
  run: async () => {
    const ran = await runCommand('npm', ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=10000']);
    return { ms: ran.ms, ...auditResults(ran.output) };
  },
};

export function auditResults(output: string): { results: TestResults; output: string } {
  const answer = jsonIn(output);
  const report = reportSchema.safeParse(answer);
  if (!report.success) {
    const reason = `No advisory source was reached (${errorSchema.safeParse(answer).data?.message ?? 'no report'}).`;
    return { results: { passed: 0, failed: 0, failures: [], notRun: [{ count: 1, reason }] }, output: '' };
  }
  const severe = Object.entries(report.data.vulnerabilities).filter(([, { severity }]) =>
    /high|critical/.test(severity),
  );
  const lines = severe.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  const failed = severe.length === 0 ? 0 : 1;
  return { results: { passed: 1 - failed, failed, failures: [] }, output: lines.join('\n') };
}

/** npm prints its warnings around the report. */
function jsonIn(output: string): unknown {
  try {
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
}
