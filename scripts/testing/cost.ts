// Measures processor time for `npm test -- --cost`. It is the machine's, since tests start processes that outlive them: nothing else should
// run beside it.
import { cpus } from 'node:os';
import type { Task } from './tasks.ts';

export interface Cost {
  name: string;
  seconds: number;
}

/** Returns the seconds for which the machine's processors have worked since it started. */
export function processorSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/** Makes the task add its cost to the list. */
export function measured({ name, run }: Task, costs: Cost[]): Task {
  return {
    name,
    run: async () => {
      const before = processorSeconds();
      const result = await run();
      costs.push({ name, seconds: processorSeconds() - before });
      return result;
    },
  };
}

/** Returns a line for each, the dearest first, and one for those that take less than a tenth of a second. */
export function costTable(title: string, costs: readonly Cost[]): string[] {
  const dearest = costs.filter(({ seconds }) => seconds >= 0.1).sort((a, b) => b.seconds - a.seconds);
  const rest = costs.filter(({ seconds }) => seconds < 0.1);
  const total = costs.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    '',
    `${title}: ${total.toFixed(1)} s of processor time`,
    ...dearest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${name}`),
    ...(rest.length === 0 ? [] : [`           and ${rest.length} below 0.1 s`]),
  ];
}
