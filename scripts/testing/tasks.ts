// Runs tasks in parallel lanes, reports each task as it ends, and prints the output of failed tasks.
import { formatDuration } from '../../src/core/quantities.ts';
import { paint, print } from '../machine/terminal.ts';
import type { TestResults } from './outcome.ts';
import type { TaskReport } from './summary.ts';

export interface Task {
  name: string;
  run(): Promise<TaskResult>;
}

export interface TaskResult {
  results: TestResults;
  /** Printed if the task failed. Empty if it was already printed while the task ran. */
  output: string;
  ms: number;
}

/** Creates a task that runs only once, even if several lanes wait for it. */
export function runOnce({ name, run }: Task): Task {
  let running: Promise<TaskResult> | undefined;
  return {
    name,
    run: () => {
      running ??= run();
      return running;
    },
  };
}

/** Makes a task wait for `first`, which may run in another lane. */
export function after(first: Task, { name, run }: Task): Task {
  return {
    name,
    run: async () => {
      await first.run();
      return run();
    },
  };
}

/** Runs each lane's tasks in order, and the lanes in parallel. */
export async function runLanes(...lanes: Task[][]): Promise<TaskReport[]> {
  const reports = await Promise.all(lanes.map(runSequentially));
  return reports.flat();
}

async function runSequentially(tasks: Task[]): Promise<TaskReport[]> {
  const reports: TaskReport[] = [];
  for (const { name, run } of tasks) {
    const { results, output, ms } = await run();
    const { failed, passed } = results;
    const mark = failed === 0 ? paint('green', '✓') : paint('red', '✗');
    const count = passed + failed === 1 ? '' : `, ${passed} passed, ${failed} failed`;
    print(`${mark} ${name}${count} ${paint('dim', `(${formatDuration(ms)})`)}`);
    if (failed > 0 && output !== '') print(`${output}\n`);
    reports.push({ name, ...results });
  }
  return reports;
}
