// Measures processor time for `npm test -- --cost`. It is the machine's, since tests start processes that outlive them: nothing else should
// run beside it.
import { cpus } from 'node:os';
import { formatDuration } from '../../src/core/quantities.ts';
import type { Task } from './tasks.ts';

export interface Cost {
  name: string;
  ms: number;
}

/** Returns the milliseconds for which the machine's processors have worked since it started. */
export function processorMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Makes the task add its cost to the list. */
export function measured({ name, run }: Task, costs: Cost[]): Task {
  return {
    name,
    run: async () => {
      const before = processorMs();
      const result = await run();
      costs.push({ name, ms: processorMs() - before });
      return result;
    },
  };
}

const smallMs = 100;

/** Returns a line for each, the dearest first, and one for all that take less than a tenth of a second. */
export function costTable(title: string, costs: readonly Cost[]): string[] {
  const dearest = costs.filter(({ ms }) => ms >= smallMs).sort((a, b) => b.ms - a.ms);
  const rest = costs.length - dearest.length;
  const total = costs.reduce((sum, { ms }) => sum + ms, 0);
  return [
    '',
    `${title}: ${formatDuration(total)} of processor time`,
    ...dearest.map(({ name, ms }) => `  ${formatDuration(ms).padStart(12)}  ${name}`),
    ...(rest === 0 ? [] : [`  and ${rest} of less than ${formatDuration(smallMs)} each`]),
  ];
}
