// Indexes the scan policy by module, module member and attribute. The names themselves are data in seed-policy.ts and strict-policy.ts.
import type { PolicyLevel } from '../../contract/states.ts';
import { foldableFunctions } from '../constants/methods.ts';
import type { Step } from '../names/bound-values.ts';
import { isStandardModule, pathPrefixes, rootModule, standardSubmodules } from './listed-modules.ts';
import { builtinsName, type Entry, type PolicyTable } from './policy-table.ts';
import { isPrivate } from './private-names.ts';
import { seedTable } from './seed-policy.ts';
import { strictTable } from './strict-policy.ts';
import { memberPattern, WatchedWords } from './watched-words.ts';

/**
 * Version of the policy's content. Scan results are stored by (digest, policy version, level), so every change to a table or severity
 * needs a new version. `npm run check` compares the policy with fingerprints.json and fails if the version was not raised.
 */
export const policyVersion = '30';

interface Members {
  exact: Map<string, Entry>;
  patterns: { pattern: RegExp; entry: Entry }[];
}

export interface Match extends Entry {
  /** The canonical dotted name. */
  name: string;
}

export interface KeywordEntry extends Entry {
  /** The value that isn't a finding. */
  unless: 'true' | 'false';
}

export class ScanPolicy {
  readonly level: PolicyLevel;
  readonly isStrict: boolean;
  readonly governed: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, readonly Entry[]>;
  /** Attributes that are also findings as bare names. */
  readonly bareNames: ReadonlyMap<string, Entry>;
  /** Attributes that are also findings where a class defines them. */
  readonly definitions: ReadonlyMap<string, Entry>;
  readonly namedAttributes: ReadonlyMap<string, string>;
  /** Keywords that are findings in any call. */
  readonly keywords: ReadonlyMap<string, KeywordEntry>;
  readonly watched: WatchedWords;
  private readonly imports = new Map<string, Entry[]>();
  private readonly members = new Map<string, Members>();
  private readonly memberNames = new Set<string>();
  private readonly memberPatterns: RegExp[] = [];
  /** Names under which the tables may list a builtin. None of these entries is a pattern. */
  private readonly builtinNames: ReadonlySet<string>;
  /** Names that rules check, their aliases, and the packages that contain them. */
  private readonly tracked: ReadonlySet<string>;
  private readonly followed: ReadonlySet<string>;

  constructor(level: PolicyLevel, tables: readonly PolicyTable[]) {
    this.level = level;
    this.isStrict = level === 'strict';
    this.governed = new Set(tables.flatMap(({ governed }) => governed));
    this.aliases = new Map(tables.flatMap(({ aliases }) => Object.entries(aliases)));
    const attributes = tables.flatMap((table) => table.attributes);
    this.attributes = attributesOf(attributes);
    this.bareNames = entriesByName(attributes.filter(({ bareNames }) => bareNames));
    this.definitions = entriesByName(attributes.filter(({ definitions }) => definitions));
    this.namedAttributes = new Map(tables.flatMap(({ namedAttributes }) => Object.entries(namedAttributes)));
    const keywords = tables.flatMap((table) => table.keywords);
    this.keywords = new Map(
      keywords.flatMap((row) => row.names.map((name) => [name, { ...entryOf(row), unless: row.unless }] as const)),
    );
    for (const row of tables.flatMap((table) => table.imports))
      for (const module of row.modules) this.addImport(module, row);
    for (const row of tables.flatMap((table) => table.members))
      for (const name of row.names) this.addMember(row.module, name, row);
    const aliased = [...this.aliases.keys(), `builtins.${builtinsName}`].filter((name) => name.startsWith('builtins.'));
    const listed = this.members.get('builtins')?.exact.keys() ?? [];
    this.builtinNames = new Set([...listed, ...aliased.map((name) => name.slice('builtins.'.length))]);
    const tracked = [...tables.flatMap((table) => table.tracked), ...this.aliases.keys()];
    this.tracked = new Set(tracked.flatMap(pathPrefixes));
    this.followed = new Set([...this.tracked, ...[...foldableFunctions, ...this.memberPaths()].flatMap(pathPrefixes)]);
    this.watched = new WatchedWords(tables);
  }

  private addImport(module: string, row: Entry): void {
    this.imports.set(module, [...(this.imports.get(module) ?? []), entryOf(row)]);
    const dot = module.lastIndexOf('.');
    if (dot > 0) this.addMember(module.slice(0, dot), module.slice(dot + 1), row);
  }

  /** Returns whether importing the module is forbidden at every level. */
  isForbiddenRoot(module: string): boolean {
    return this.imports.get(module)?.some(({ ruleId }) => ruleId === 'SLP101') ?? false;
  }

  /** Returns whether an attribute of this name can be a finding on any outside module (scan policy §10.7, §10.8). */
  mayReachOutside(name: string): boolean {
    return isPrivate(name) || this.isForbiddenRoot(name);
  }

  private addMember(module: string, name: string, row: Entry): void {
    const members: Members = this.members.get(module) ?? { exact: new Map(), patterns: [] };
    this.members.set(module, members);
    if (name.includes('*')) {
      const pattern = memberPattern(name);
      members.patterns.push({ pattern, entry: entryOf(row) });
      this.memberPatterns.push(pattern);
    } else {
      members.exact.set(name, entryOf(row));
      this.memberNames.add(name);
    }
  }

  /** Returns the entries for importing the module, including those for its parent packages. */
  importEntries(module: string): Entry[] {
    const matched: Entry[] = [];
    for (let end = module.indexOf('.'); ; end = module.indexOf('.', end + 1)) {
      const entries = this.imports.get(end < 0 ? module : module.slice(0, end));
      if (entries) matched.push(...entries);
      if (end < 0) return matched;
    }
  }

  /** Returns the entry for a member, with the name that the tables have for it. */
  member(module: string, name: string): Match | undefined {
    const path = this.canonicalName(`${this.canonicalName(this.moduleName(module))}.${name}`);
    const dot = path.lastIndexOf('.');
    const members = this.members.get(path.slice(0, dot));
    if (!members) return undefined;
    const memberName = path.slice(dot + 1);
    const entry =
      members.exact.get(memberName) ?? members.patterns.find(({ pattern }) => pattern.test(memberName))?.entry;
    return entry && { ...entry, name: path };
  }

  /** Returns the name that the tables have for an object with several names. */
  canonicalName(name: string): string {
    const known = this.aliases.get(name);
    if (known !== undefined) return known;
    if (name.endsWith(`.${builtinsName}`)) return builtinsName;
    if (name.startsWith(`${builtinsName}.`)) return name.replace(builtinsName, 'builtins');
    if (name.endsWith('.__self__') && builtinSelf.test(name)) return 'builtins';
    return this.reexported(name) ?? name;
  }

  /** Resolves a name through a standard library module's imports, which are its attributes: `shutil.os` is os. */
  private reexported(name: string): string | undefined {
    const dot = name.lastIndexOf('.');
    if (dot < 0) return undefined;
    const module = name.slice(name.charAt(dot + 1) === '_' ? dot + 2 : dot + 1);
    if (!this.governed.has(module) || name.startsWith('builtins.')) return undefined;
    return isStandardModule(rootModule(name)) ? module : undefined;
  }

  /**
   * Returns the name that the tables have for an import's target, or for an attribute of it. `requests.utils.os` is os, because any
   * library exposes its imports (scan policy §5.6b).
   */
  canonicalImport(name: string): string {
    const canonical = this.canonicalName(name);
    const module = canonical.slice(canonical.lastIndexOf('.') + 1);
    const isReexport = canonical === name && name.includes('.') && this.governed.has(module);
    return isReexport && !this.governed.has(rootModule(name)) ? module : canonical;
  }

  /** Returns the entry for a dotted name that is a member of a listed module. */
  memberAt(path: string): Match | undefined {
    const dot = path.lastIndexOf('.');
    return dot < 0 ? undefined : this.member(path.slice(0, dot), path.slice(dot + 1));
  }

  /** Returns the listed names that a star import of an outside module may bind. */
  membersOf(module: string): string[] {
    const aliases = [...this.aliases.keys()].filter((name) => name.startsWith(`${module}.`));
    const listed = [...(this.members.get(this.canonicalName(module))?.exact.keys() ?? [])];
    return [...listed, ...aliases.map((name) => name.slice(module.length + 1)), ...this.governed];
  }

  /** Resolves `__builtins__`, which is the module builtins or that module's dictionary. */
  moduleName(name: string): string {
    return name === builtinsName ? 'builtins' : name;
  }

  governs(module: string): boolean {
    return this.governed.has(this.moduleName(module));
  }

  /** Returns the dotted name for the result of a step; undefined if it has none. */
  nameAfter(name: string, step: Step): string | undefined {
    if (name.length > pathMax) return undefined;
    switch (step.kind) {
      case 'attribute':
        return this.canonicalName(`${name}.${step.name}`);
      case 'call':
        // The path to it, as in `attrgetter('__builtins__')(json)`, counts as `__builtins__`.
        if (name === builtinsName) return name;
        return step.literal !== undefined && importers.has(name) ? moduleOf(step.literal, name) : `${name}()`;
      case 'item':
        return name === 'sys.modules' ? step.literal : undefined;
    }
  }

  /** Returns whether any listed module has a member with this name. A cheap check before resolving the object. */
  mayBeMember(name: string): boolean {
    return this.memberNames.has(name) || this.memberPatterns.some((pattern) => pattern.test(name));
  }

  /** Returns whether the named object is followed, because it can lead to something listed. */
  follows(name: string): boolean {
    return this.followed.has(name) || isStandardModule(name) || this.memberAt(name) !== undefined;
  }

  /** Returns whether using the named object can be a finding. */
  isSensitive(name: string): boolean {
    return this.hasMembers(name) || this.tracked.has(name) || sensitivePath.test(name);
  }

  /** Returns whether an attribute of the named object is a governed module by contract: `os.path`, `shutil` (scan policy §10.3). */
  leadsToGoverned(name: string): boolean {
    if (isStandardModule(name) || standardSubmodules.has(name)) return true;
    return name.includes('.') && this.governed.has(rootModule(name));
  }

  /** Returns whether the tables list members of the named object. */
  hasMembers(name: string): boolean {
    return this.members.has(this.moduleName(name));
  }

  /** Returns whether a governed module has a member with this name, so that looking it up in an unknown object counts. */
  isGovernedMember(name: string): boolean {
    return this.mayBeMember(name) && [...this.governed].some((module) => this.member(module, name) !== undefined);
  }

  /** Returns the entry for a builtin. Called for every name in a file, so it rules out most of them first. */
  builtin(name: string): Match | undefined {
    return this.builtinNames.has(name) ? this.member('builtins', name) : undefined;
  }

  private *memberPaths(): Generator<string> {
    yield* this.aliases.keys();
    yield builtinsName;
    for (const method of ['get', 'pop', 'setdefault', '__getitem__']) yield `builtins.${method}`;
    for (const module of [...this.members.keys(), ...this.imports.keys()]) {
      yield module;
      yield `${module}.__getattribute__`;
      yield `${module}.__dict__.get`;
      yield `${module}.__dict__.__getitem__`;
    }
  }
}

/** The content of sys.modules, and functions that look up names in a module. */
const sensitivePath = /^sys\.modules|__$|\.__dict__\.get$|^builtins\.(?:get|pop|setdefault)$/;

/** Matches `print.__self__`: in CPython, a builtin function's `__self__` is the module builtins. */
const builtinSelf =
  /^builtins\.(?:abs|all|any|ascii|bin|callable|chr|dir|divmod|eval|exec|format|getattr|globals|hasattr|hash|hex|id|input|isinstance|issubclass|iter|len|locals|max|min|next|oct|open|ord|pow|print|repr|round|setattr|sorted|sum|vars)\.__self__$/;

/** Maximum length of a name's path, in characters. Listed names are never longer. */
const pathMax = 200;

/** Functions that return a module by name. `__import__` returns the top-level package. */
const importers: ReadonlySet<string> = new Set([
  'builtins.__import__',
  'importlib.__import__',
  'importlib.import_module',
  'sys.modules.get',
  'sys.modules.pop',
  'sys.modules.__getitem__',
]);

function moduleOf(literal: string, importer: string): string {
  return importer.endsWith('__import__') ? rootModule(literal) : literal;
}

function entryOf({ ruleId, severity }: Entry): Entry {
  return severity === undefined ? { ruleId } : { ruleId, severity };
}

function entriesByName(rows: PolicyTable['attributes']): Map<string, Entry> {
  return new Map(rows.flatMap((row) => row.names.map((name) => [name, entryOf(row)] as const)));
}

function attributesOf(rows: PolicyTable['attributes']): Map<string, Entry[]> {
  const attributes = new Map<string, Entry[]>();
  for (const row of rows) {
    for (const name of row.names) attributes.set(name, [...(attributes.get(name) ?? []), entryOf(row)]);
  }
  return attributes;
}

const policies: Readonly<Record<PolicyLevel, ScanPolicy>> = {
  seed: new ScanPolicy('seed', [seedTable]),
  strict: new ScanPolicy('strict', [seedTable, strictTable]),
};

export function policyFor(level: PolicyLevel): ScanPolicy {
  return policies[level];
}
