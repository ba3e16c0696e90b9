// Collects the log of one step: its newest lines, bounded, and the total number of lines.

import type { LogLine } from '../../contract/builder/log-line.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';

export class StepLog {
  /** The newest lines, oldest first. */
  readonly lines: LogLine[] = [];
  written = 0;
  #characters = 0;

  add(line: LogLine): void {
    this.lines.push(line);
    this.written += 1;
    this.#characters += line.line.length;
    while (this.lines.length > deploymentLimits.stepLogLines || this.#characters > deploymentLimits.stepLogChars)
      this.#characters -= this.lines.shift()?.line.length ?? 0;
  }
}
