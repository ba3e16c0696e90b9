// Runs tasks a few at a time, tells as each one ends, and shows what a failed one printed.
import { duration, paint, print } from '../local/terminal.ts';
import type { Outcome } from './outcome.ts';

export interface Task {
  name: string;
  run(): Promise<TaskResult>;
}

export interface TaskResult {
  outcome: Outcome;
  /** Shown when the task failed; empty when it was shown all along. */
  output: string;
  ms: number;
}

/** Each lane runs its tasks one after the other; lanes run side by side. */
export async function runLanes(...lanes: Task[][]): Promise<Outcome[]> {
  const outcomes = await Promise.all(lanes.map(runInTurn));
  return outcomes.flat();
}

async function runInTurn(tasks: Task[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const task of tasks) {
    const { outcome, output, ms } = await task.run();
    const good = outcome.failed === 0;
    const count = outcome.passed + outcome.failed === 1 ? '' : `, ${outcome.passed} passed, ${outcome.failed} failed`;
    print(
      `${good ? paint('green', '✓') : paint('red', '✗')} ${task.name}${count} ${paint('dim', `(${duration(ms)})`)}`,
    );
    if (!good && output !== '') print(`${output}\n`);
    outcomes.push(outcome);
  }
  return outcomes;
}
