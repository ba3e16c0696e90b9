// Prints the processor time of each test file, for a vitest that runs one file at a time.
import type { Reporter, TestModule } from 'vitest/node';
import { type Cost, costTable, processorSeconds } from './cost.ts';

export default class CostReporter implements Reporter {
  readonly #costs: Cost[] = [];
  #before = processorSeconds();

  /** What a runtime needs to start counts for its first file. */
  onTestModuleEnd({ relativeModuleId }: TestModule): void {
    const now = processorSeconds();
    this.#costs.push({ name: relativeModuleId, seconds: now - this.#before });
    this.#before = now;
  }

  onTestRunEnd(): void {
    for (const line of costTable('Test files', this.#costs)) console.info(line);
  }
}
