// Checks, from tokens, whether a file takes anything from an object that would matter if the object were one of the given modules: a
// listed member, or a computed name (scan policy §10.15).
import { isModule, listSubmodules } from '../policy/listed-modules.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { isSpecial } from '../policy/private-names.ts';
import type { ClassPatterns } from './class-patterns.ts';
import { lookupFunctions } from './lone-modules.ts';
import type { TokenNames } from './token-names.ts';
import { getattrMatters } from './watched-tokens.ts';

/** Names, also inside strings, that give access to everything in an object. */
const namespaces: readonly string[] = ['__dict__', '__getattribute__', builtinsName];

export class ModuleTakers {
  private readonly names: TokenNames;
  private readonly policy: ScanPolicy;
  private readonly modules: readonly string[];
  private readonly patterns: ClassPatterns;
  private readonly known = new Map<string, boolean>();

  constructor(
    names: TokenNames,
    policy: ScanPolicy,
    { modules, patterns }: { modules: ReadonlySet<string>; patterns: ClassPatterns },
  ) {
    this.names = names;
    this.patterns = patterns;
    this.policy = policy;
    this.modules = [...modules].flatMap((module) => [module, ...listSubmodules(module)]);
  }

  /** True if the file takes anything, except for names that count on every outside module. */
  get exist(): boolean {
    const { names, patterns, policy } = this;
    if (this.modules.some((module) => lookupFunctions.has(module)) || namespaces.some((name) => names.mayMention(name)))
      return true;
    const attributes = patterns.keywords.map((token) => names.name(token));
    if (attributes.some((name) => policy.mayReachOutside(name) || this.isTaken(name))) return true;
    return names.all.some((name) => this.takes(name));
  }

  private takes(name: string): boolean {
    const { names, policy } = this;
    const isLookup = name === 'vars' || lookupFunctions.has(name);
    if (!isLookup && !this.isTaken(name)) return false;
    return names.mentions(name).some((token) => {
      if (names.isAttribute(token)) return this.isTaken(name);
      return isLookup && (name !== 'getattr' || getattrMatters(token, names, policy.watched));
    });
  }

  /** Returns whether an attribute of this name matters on one of the modules, or leads to another one. */
  private isTaken(attribute: string): boolean {
    const known = this.known.get(attribute);
    if (known !== undefined) return known;
    const { modules, policy } = this;
    const isTaken =
      policy.exposesModule(attribute) ||
      policy.namedAttributes.has(attribute) ||
      (!isSpecial(attribute) &&
        modules.some((module) => this.leadsOn(policy.canonicalImport(`${module}.${attribute}`))));
    this.known.set(attribute, isTaken);
    return isTaken;
  }

  /** Returns whether the member is listed, unless it is one of the modules itself. */
  private leadsOn(path: string): boolean {
    const { policy } = this;
    return (policy.follows(path) && !isModule(path)) || policy.isSensitive(path) || policy.governs(path);
  }
}
