// Says what the dotted names that flow through a file mean (scan policy §5.2, §5.5): which names an import binds, where a step from a name
// leads, and which names are followed.
import { cutOff, isOwn, type Links, ownPrefix } from '../linking/links.ts';
import type { BoundValue, Step } from '../names/bound-values.ts';
import { isModule, isStandardModule, rootModule } from '../policy/listed-modules.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { isInClass } from '../policy/private-names.ts';
import { attributeLookedUp, heldPrefix, holderValue, instanceClass, plainName, type Slot } from './flow-graph.ts';
import type { PlainClasses } from './plain-classes.ts';

/** Maximum length of an import path, in characters. */
const importedPathMax = 120;

/** Functions that look up names, and functions that create them. */
const lookups: ReadonlySet<string> = new Set([
  'builtins.getattr',
  ...['attrgetter', 'methodcaller'].flatMap((name) => [`operator.${name}`, `operator.${name}()`]),
]);

export function isLookup(name: string): boolean {
  return lookups.has(name);
}

/** Methods that return an object's content, and attributes that hold it. */
const takers =
  /^(?:__\w+__|get|get_nowait|pop|popleft|popitem|setdefault|items|values|copy|send|asend|throw|result|value|args|keywords|func)$/;

/** A function that looks up names isn't a library. */
const pythonFunction = /^(?:builtins|operator)\./;

interface MeaningsContext {
  policy: ScanPolicy;
  links: Links;
  classes: PlainClasses;
  /** The values of attributes that the file assigns. */
  fields: ReadonlyMap<string, Slot>;
}

export class NameMeanings {
  private readonly policy: ScanPolicy;
  private readonly links: Links;
  private readonly classes: PlainClasses;
  private readonly fields: ReadonlyMap<string, Slot>;
  /** First components of imported names. */
  private readonly importedRoots = new Set<string>();
  /** Names that an outside name's attributes lead to. */
  private readonly outsideMembers = new Map<string, Map<string, readonly string[]>>();
  /** Modules that imports bind. */
  private readonly modules = new Set<string>();

  constructor({ classes, fields, links, policy }: MeaningsContext) {
    this.policy = policy;
    this.links = links;
    this.classes = classes;
    this.fields = fields;
  }

  /** Returns the canonical name of an attribute that means the same on every object. */
  namedAttribute(attribute: string): readonly string[] {
    const name = this.policy.namedAttributes.get(attribute);
    return name === undefined ? [] : [name];
  }

  /** Returns what an unbound name refers to: a builtin, or a governed module that a star import may have provided. */
  freeName(name: string): string {
    return name === builtinsName || this.policy.governed.has(name) ? name : `builtins.${name}`;
  }

  /** Returns the names that an import binds, and records what it imports. */
  ofImport(value: Extract<BoundValue, { kind: 'module' | 'member' }>): string[] {
    const { module } = value;
    const isOwnModule = isOwn(this.links, module);
    if (value.kind === 'module') {
      this.modules.add(module);
      return [
        ...this.fromOutside(module, module),
        ...(isOwnModule ? [this.policy.canonicalName(ownPrefix + module)] : []),
      ];
    }
    const linked = isOwnModule ? this.links.member(module, value.member).map((found) => this.linked(found.value)) : [];
    const names = [...(value.member === builtinsName ? [builtinsName] : []), ...linked];
    return [
      ...this.fromOutside(module, `${module}.${value.member}`),
      ...names.map((name) => this.policy.canonicalName(name)),
    ];
  }

  /** Returns the name of an import from outside the plugin. A plugin module hides an installed module, but not one of Python's own. */
  private fromOutside(module: string, path: string): string[] {
    if (isOwn(this.links, module) && !isStandardModule(rootModule(module))) return [];
    this.importedRoots.add(rootModule(module));
    return [this.policy.canonicalImport(path)];
  }

  /** Records that the value comes from an import: in another file, `path` leads to `path.os` as it does in its own. */
  private linked(value: string): string {
    if (!value.startsWith(ownPrefix)) this.importedRoots.add(rootModule(value));
    return value;
  }

  /** Returns the names that a step on a name leads to. */
  after(name: string, step: Step): readonly string[] {
    if (name === cutOff) return [cutOff];
    if (name.startsWith(heldPrefix))
      return step.kind !== 'attribute' || this.mayHave(name, step.name) ? [name, plainName(name)] : [];
    const looked = attributeLookedUp(name, step);
    if (looked) return this.after(looked.object, looked.step);
    const definition = instanceClass(name);
    if (definition !== undefined) {
      const isOwn = step.kind === 'attribute' && this.classes.sets(definition, step.name);
      return isOwn ? [] : [holderValue(name), plainName(name)];
    }
    if (name.startsWith(ownPrefix)) {
      if (step.kind === 'attribute') return this.links.member(name, step.name).map(({ value }) => this.linked(value));
      // An instance has what its class has. Modules aren't callable.
      return step.kind === 'call' ? [name] : [];
    }
    if (step.kind !== 'attribute' || !this.isOutside(name)) {
      const next = this.policy.nameAfter(name, step);
      return next === undefined ? [] : [next];
    }
    const members = this.outsideMembers.get(name) ?? new Map<string, readonly string[]>();
    this.outsideMembers.set(name, members);
    const known = members.get(step.name) ?? this.outsideMember(name, step);
    members.set(step.name, known);
    return known;
  }

  private outsideMember(name: string, step: Step): readonly string[] {
    // Names in the tables are never this long, but names that a library exposes may be.
    const shortened = name.length > importedPathMax ? `${rootModule(name)}.${cutOff}` : name;
    const next = this.policy.nameAfter(shortened, step);
    if (next === undefined) return [];
    const canonical = this.policy.canonicalImport(next);
    // Attributes of a class or object aren't modules, wherever a loop such as `node = node.next` leads.
    const isObject = canonical === next && isInClass(name) && !this.policy.follows(next);
    return [isObject ? name : canonical];
  }

  /** Returns whether the name is an import from outside the plugin, or an attribute of one. */
  isOutside(name: string): boolean {
    return this.importedRoots.has(rootModule(name)) && !name.includes('(');
  }

  /**
   * Returns whether the name is a module or a function that looks up names. Such values are followed into holders (scan policy
   * §10.15).
   */
  isModuleOrLookup(name: string): boolean {
    return this.modules.has(name) || this.policy.governs(name) || isModule(name) || isLookup(name);
  }

  /**
   * Returns whether the value is an installed module rather than one of Python's own, or holds one. Code passes a library around to work
   * with it, as in `f(x, xp=numpy)`, so a call with a library as argument rarely returns it (scan policy §10.15).
   */
  isLibrary(value: string): boolean {
    const name = plainName(value);
    return !this.policy.governs(name) && !isStandardModule(rootModule(name)) && !pythonFunction.test(name);
  }

  /**
   * Returns whether a holder's attribute may be or return the value. An attribute that neither containers nor this file's objects have
   * is a name in the library itself.
   */
  mayHave(value: string, attribute: string): boolean {
    if (!this.isLibrary(value) || takers.test(attribute)) return true;
    return (this.fields.get(attribute)?.values.size ?? 0) > 0;
  }

  /** Returns whether the name is followed. */
  accepts(name: string): boolean {
    // A namespace counts even before its module's import is parsed, because every module's namespace has `__builtins__`.
    const isNamespace = name.endsWith('.__dict__');
    const isMarked = name === cutOff || isNamespace || name.startsWith(ownPrefix) || plainName(name) !== name;
    return isMarked || this.isOutside(name) || this.policy.follows(name);
  }
}
