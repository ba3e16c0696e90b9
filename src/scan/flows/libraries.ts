// Distinguishes installed modules from Python's own. Code passes a library around to work with it, as in `f(x, xp=numpy)`, so a call
// with a library as argument rarely returns it (scan policy §10.15).
import { isStandardModule, rootModule } from '../policy/listed-modules.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { plainName, type Slot } from './flow-graph.ts';

/** Methods that return an object's content, and attributes that hold it. */
const takers =
  /^(?:__\w+__|get|get_nowait|pop|popleft|popitem|setdefault|items|values|copy|send|asend|throw|result|value|args|keywords|func)$/;

export class Libraries {
  private readonly policy: ScanPolicy;
  private readonly fields: ReadonlyMap<string, Slot>;

  /** `fields` has the values of attributes that this file assigns. */
  constructor(policy: ScanPolicy, fields: ReadonlyMap<string, Slot>) {
    this.policy = policy;
    this.fields = fields;
  }

  /** Returns whether the value is a library, or holds one. */
  has(value: string): boolean {
    const name = plainName(value);
    return !this.policy.governs(name) && !isStandardModule(rootModule(name)) && !pythonFunction.test(name);
  }

  /**
   * Returns whether a holder's attribute may be or return the value. An attribute that neither containers nor this file's objects have
   * is a name in the library itself.
   */
  mayHave(value: string, attribute: string): boolean {
    if (!this.has(value) || takers.test(attribute)) return true;
    return (this.fields.get(attribute)?.values.size ?? 0) > 0;
  }
}

/** A function that looks up names isn't a library. */
const pythonFunction = /^(?:builtins|operator)\./;
