// Tells modules that plugins install from Python's own. Code passes a library around to work with it, as in `f(x, xp=numpy)`, so that
// what a call returns which is passed one is rarely the library (scan policy §10.15).
import { isStandardModule, rootModule } from '../policy/listed-modules.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { plainName, type Slot } from './flow-graph.ts';

/** Methods that return what an object holds, and attributes that have it. */
const takers =
  /^(?:__\w+__|get|get_nowait|pop|popleft|popitem|setdefault|items|values|copy|send|asend|throw|result|value|args|keywords|func)$/;

export class Libraries {
  private readonly policy: ScanPolicy;
  private readonly fields: ReadonlyMap<string, Slot>;

  /** `fields`: what the attributes hold that this file assigns. */
  constructor(policy: ScanPolicy, fields: ReadonlyMap<string, Slot>) {
    this.policy = policy;
    this.fields = fields;
  }

  /** Whether the value is a library, or carries one. */
  has(value: string): boolean {
    const name = plainName(value);
    return !this.policy.governs(name) && !isStandardModule(rootModule(name)) && !pythonFunction.test(name);
  }

  /**
   * Whether an attribute of what carries a value may be that, or return it. If it is one that neither containers nor objects of this
   * file have, the value is a library, and this a name in it.
   */
  mayHave(value: string, attribute: string): boolean {
    if (!this.has(value) || takers.test(attribute)) return true;
    return (this.fields.get(attribute)?.values.size ?? 0) > 0;
  }
}

/** A function that looks up names is no library. */
const pythonFunction = /^(?:builtins|operator)\./;
