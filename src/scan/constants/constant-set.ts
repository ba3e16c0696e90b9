// Collects the different constants that a name may have, up to a limit. Beyond the limit the set is incomplete: a value that was cut
// off must not pass for one that is known.
import type { Constant } from './constant.ts';

export class ConstantSet {
  /** Whether these are the only possible values. */
  complete = true;
  readonly constants: Constant[] = [];
  private readonly seen = new Set<string>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  /** Adds the constant unless it is in the set. Sequences and mappings are not compared. */
  add(constant: Constant): void {
    const key = 'value' in constant ? `${constant.kind} ${constant.value}` : undefined;
    if (key !== undefined && this.seen.has(key)) return;
    if (this.constants.length === this.max) {
      this.complete = false;
      return;
    }
    if (key !== undefined) this.seen.add(key);
    this.constants.push(constant);
  }
}
