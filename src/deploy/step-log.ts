// What one step of a deployment says while it runs: its newest lines, bounded, and how many there were in all.
import { deploymentLimits } from '../contract/limits.ts';
import type { LogLine } from '../contract/log-line.ts';

export class StepLog {
  /** The newest, oldest first. */
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
