// Derives from the policy tables which words can lead to a finding, and in which position (scan policy §2 to §6, §9). Every finding
// needs at least one watched word, so the scanner only parses the statements around such words.
import { WordTable } from '../syntax/word-table.ts';
import { rootModule } from './listed-modules.ts';
import type { PolicyTable } from './policy-table.ts';
import { isPrivate } from './private-names.ts';

/** Positions in which a word matters. A word may have several roles. */
export const Role = {
  none: 0,
  /** The word is in an import statement. */
  imported: 1,
  /** The word is a name, unless followed by a harmless attribute, as in `os.path`. */
  module: 2,
  /** The word is a name. */
  name: 4,
  /** The word follows a dot. */
  attribute: 8,
  /** `import` and `from`, which mark import statements. */
  importKeyword: 16,
  /** The word may access a module's `__all__` without naming it. */
  namespace: 32,
} as const;

/** Members of a module that are watched. */
interface Members {
  exact: Set<string>;
  patterns: RegExp[];
}

export class WatchedWords {
  readonly words: WordTable;
  private readonly isStrict: boolean;
  private readonly roles = new Map<string, number>([
    ['import', Role.importKeyword],
    ['from', Role.importKeyword],
  ]);
  /** Modules that count as attributes of other modules: `logging.threading`. */
  private readonly modules = new Set<string>();
  private readonly members = new Map<string, Members>();
  /** Members that any module may have. */
  private readonly anyMembers: Members = { exact: new Set(), patterns: [] };

  /** If `isStrict`, also watches forbidden modules as attributes of other modules: `logging.threading`. */
  constructor(tables: readonly PolicyTable[], isStrict: boolean) {
    this.isStrict = isStrict;
    for (const table of tables) this.addTable(table);
    for (const name of moduleAttributes) this.addRole(name, Role.attribute);
    for (const name of [...namespaceNames, ...namespaceAttributes]) this.addRole(name, Role.namespace);
    for (const table of tables) {
      for (const [alias, module] of Object.entries(table.aliases)) this.copyMembers(alias, module);
    }
    this.words = new WordTable(this.roles);
  }

  private addTable({
    aliases,
    attributes,
    governed,
    imports,
    keywords,
    members,
    tracked,
    trackedAttributes,
  }: PolicyTable): void {
    for (const { modules } of imports) {
      for (const module of modules) {
        this.addRole(rootModule(module), Role.imported);
        if (this.isStrict) this.modules.add(module);
        if (module.includes('.')) this.addPath(module);
      }
    }
    for (const { module, names } of members) {
      for (const name of names) this.addPath(`${module.replaceAll('()', '')}.${name}`);
      if (module === 'builtins') for (const name of names) this.addRole(name, Role.name);
    }
    for (const { bareNames, definitions, names } of attributes) {
      const role = bareNames || definitions ? Role.attribute | Role.name : Role.attribute;
      for (const name of names) this.addRole(name, role);
    }
    for (const name of governed) {
      this.addRole(name, Role.module | Role.attribute);
      this.addRole(`_${name}`, Role.attribute | Role.imported);
    }
    for (const path of [...tracked, ...Object.keys(aliases)]) this.addPath(path.replaceAll('()', ''));
    for (const path of tracked)
      if (path.startsWith('builtins.')) this.addRole(path.slice('builtins.'.length), Role.name);
    for (const { names } of keywords) for (const name of names) this.addRole(name, Role.name);
    for (const name of trackedAttributes) this.addRole(name, Role.attribute);
  }

  private addRole(name: string, role: number): void {
    this.roles.set(name, this.roleOf(name) | role);
  }

  /** Adds `a.b.c`, with `a` as a module, `b` as its member, and `c` as a member of anything. */
  private addPath(path: string): void {
    const [root = path, ...rest] = path.split('.');
    this.addRole(root, Role.module);
    const members = this.membersOf(root);
    for (const [at, name] of rest.entries()) {
      if (at === 0) addMember(members, name);
      addMember(this.anyMembers, name);
    }
  }

  private membersOf(root: string): Members {
    const members = this.members.get(root) ?? { exact: new Set(), patterns: [] };
    this.members.set(root, members);
    return members;
  }

  /** Gives a module's alias the same members as the module. */
  private copyMembers(alias: string, module: string): void {
    const known = this.members.get(module);
    if (!known || alias.includes('.')) return;
    const { exact, patterns } = this.membersOf(alias);
    for (const member of known.exact) exact.add(member);
    patterns.push(...known.patterns);
  }

  roleOf(name: string): number {
    return this.roles.get(name) ?? Role.none;
  }

  /** Returns whether `module.member` can lead to a finding. */
  isWatchedMember(module: string, member: string): boolean {
    const members = this.members.get(module);
    return members === undefined || hasMember(members, member);
  }

  /** Returns whether the member can lead to a finding on any object. */
  mayBeWatchedMember(member: string): boolean {
    const isListed = hasMember(this.anyMembers, member) || (this.roleOf(member) & Role.attribute) !== 0;
    return isListed || (this.isStrict && (isPrivate(member) || this.modules.has(member)));
  }
}

/** Attributes that give access to modules, or to functions that look up names. */
const moduleAttributes = ['__dict__', '__getattribute__', '__self__', 'attrgetter', 'methodcaller', 'modules'];

/** Names and attributes that may read or change any name in a module. */
export const namespaceNames: ReadonlySet<string> = new Set([
  ...['delattr', 'eval', 'exec', 'getattr', 'globals', 'locals', 'setattr', 'vars'],
]);
const namespaceAttributes = [
  ...['__delattr__', '__dict__', '__getattribute__', '__setattr__'],
  ...['attrgetter', 'getattr_static', 'getmembers', 'methodcaller'],
];

function addMember({ exact, patterns }: Members, name: string): void {
  if (name.includes('*')) patterns.push(memberPattern(name));
  else exact.add(name);
}

function hasMember({ exact, patterns }: Members, name: string): boolean {
  return exact.has(name) || patterns.some((pattern) => pattern.test(name));
}

/** Returns a pattern for the name, in which a `*` matches any part of a name. */
export function memberPattern(name: string): RegExp {
  return new RegExp(`^${name.replaceAll('*', '\\w*')}$`);
}
