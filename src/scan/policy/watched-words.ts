// Which words of a text are worth a look, by where they stand: what the policy's tables make of each name (scan policy §2 to §6, §9).
// A finding needs one of them, so that all the rest of a text can be left unread.
import { WordTable } from '../syntax/word-table.ts';
import type { PolicyTable } from './policy-table.ts';

/** Where a word matters; a word may have several of these. */
export const Role = {
  none: 0,
  /** In an import statement. */
  imported: 1,
  /** As a name, unless an attribute is taken of it that leads nowhere: `os.path`. */
  module: 2,
  /** As a name. */
  name: 4,
  /** After a dot. */
  attribute: 8,
  /** `import` and `from`, which say where import statements are. */
  importKeyword: 16,
} as const;

/** What is reached through a module that the policy names. */
interface Members {
  exact: Set<string>;
  patterns: RegExp[];
}

export class WatchedWords {
  readonly words: WordTable;
  private readonly roles = new Map<string, number>([
    ['import', Role.importKeyword],
    ['from', Role.importKeyword],
  ]);
  private readonly members = new Map<string, Members>();
  /** Of all modules together. */
  private readonly anyMembers: Members = { exact: new Set(), patterns: [] };

  constructor(tables: readonly PolicyTable[]) {
    for (const table of tables) this.addTable(table);
    for (const name of moduleAttributes) this.addRole(name, Role.attribute);
    for (const table of tables) {
      for (const [name, usual] of Object.entries(table.aliases)) this.copyMembers(name, usual);
    }
    this.words = new WordTable(this.roles);
  }

  private addTable({
    tracked: asked,
    trackedAttributes: askedAttributes,
    attributes,
    governed,
    aliases: identities,
    imports,
    members,
  }: PolicyTable): void {
    for (const { modules } of imports) {
      for (const module of modules) {
        this.addRole(rootOf(module), Role.imported);
        if (module.includes('.')) this.addPath(module);
      }
    }
    for (const { module, names } of members) {
      for (const name of names) this.addPath(`${module.replaceAll('()', '')}.${name}`);
      if (module === 'builtins') for (const name of names) this.addRole(name, Role.name);
    }
    for (const { bareNames, names } of attributes) {
      for (const name of names) this.addRole(name, bareNames ? Role.attribute | Role.name : Role.attribute);
    }
    for (const name of governed) {
      this.addRole(name, Role.module | Role.attribute);
      this.addRole(`_${name}`, Role.attribute);
    }
    for (const path of [...asked, ...Object.keys(identities)]) this.addPath(path);
    for (const path of asked) if (path.startsWith('builtins.')) this.addRole(path.slice('builtins.'.length), Role.name);
    for (const name of askedAttributes) this.addRole(name, Role.attribute);
  }

  private addRole(name: string, role: number): void {
    this.roles.set(name, this.roleOf(name) | role);
  }

  /** `a.b.c`: the module a leads on by b, and something by c. */
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

  /** A module that is another one under a second name has its members. */
  private copyMembers(name: string, usual: string): void {
    const theirs = this.members.get(usual);
    if (!theirs || name.includes('.')) return;
    const { exact, patterns } = this.membersOf(name);
    for (const member of theirs.exact) exact.add(member);
    patterns.push(...theirs.patterns);
  }

  roleOf(name: string): number {
    return this.roles.get(name) ?? Role.none;
  }

  /** Whether `module.member` may lead to anything. */
  isWatchedMember(module: string, member: string): boolean {
    const members = this.members.get(module);
    return members === undefined || hasMember(members, member);
  }

  /** Whether the member leads to anything, of whatever it is taken. */
  mayBeWatchedMember(member: string): boolean {
    return hasMember(this.anyMembers, member) || (this.roleOf(member) & Role.attribute) !== 0;
  }
}

/** Attributes that lead to modules, or to functions that look names up. */
const moduleAttributes = ['__dict__', '__getattribute__', '__self__', 'attrgetter', 'methodcaller', 'modules'];

function rootOf(path: string): string {
  return path.split('.', 1)[0] ?? path;
}

function addMember({ exact, patterns }: Members, name: string): void {
  if (name.includes('*')) patterns.push(memberPattern(name));
  else exact.add(name);
}

function hasMember({ exact, patterns }: Members, name: string): boolean {
  return exact.has(name) || patterns.some((pattern) => pattern.test(name));
}

/** A `*` stands for anything. */
export function memberPattern(name: string): RegExp {
  return new RegExp(`^${name.replaceAll('*', '\\w*')}$`);
}
