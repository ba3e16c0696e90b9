// Prints the processor time of each test file, for a vitest that runs one file at a time.
import type { Reporter, TestModule } from 'vitest/node';
import { type Cost, costTable, processorMs } from './cost.ts';

export default class CostReporter implements Reporter {
  readonly #costs: Cost[] = [];
  #before = processorMs();

  /** A runtime's start counts for its first file. */
  onTestModuleEnd({ relativeModuleId }: TestModule): void {
    const now = processorMs();
    this.#costs.push({ name: relativeModuleId, ms: now - this.#before });
    this.#before = now;
  }

  onTestRunEnd(): void {
    for (const line of costTable('Test files', this.#costs)) console.info(line);
  }
}
