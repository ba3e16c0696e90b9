// Derives from the policy tables which words can lead to a finding (scan policy §2 to §6, §9). At the seed level, every finding needs at
// least one watched word, so the scanner only parses files whose tokens have such a word where it matters.
import type { TokenNames } from '../reading/token-names.ts';
import { Token } from '../syntax/token.ts';
import { WordTable } from '../syntax/word-table.ts';
import { rootModule, standardSubmodules } from './listed-modules.ts';
import { builtinsName, type PolicyTable } from './policy-table.ts';

/** Positions in which a word matters. A word may have several roles. */
export const Role = {
  none: 0,
  /** Anywhere but after a dot. */
  name: 1,
  attribute: 2,
  /** A module whose import is no finding, in a plain import or before a member that isn't listed. */
  module: 16,
  /** `import` and `from`, which mark import statements. */
  importKeyword: 4,
  /** The word may access a module's `__all__` without naming it. */
  namespace: 8,
} as const;

/** Members of a module that are listed. */
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

  constructor(tables: readonly PolicyTable[]) {
    for (const table of tables) this.addTable(table);
    for (const name of moduleAttributes) this.addRole(name, Role.attribute);
    for (const name of [...namespaceNames, ...namespaceAttributes]) this.addRole(name, Role.namespace);
    for (const table of tables) for (const [alias, module] of Object.entries(table.aliases)) this.copy(alias, module);
    this.words = new WordTable(this.roles);
  }

  private addTable({ aliases, attributes, governed, imports, members, tracked, trackedAttributes }: PolicyTable): void {
    for (const path of imports.flatMap(({ modules }) => modules)) this.addRole(rootModule(path), Role.name);
    for (const path of [...tracked, ...Object.keys(aliases)]) this.addPath(path);
    for (const { module, names } of members) for (const name of names) this.addPath(`${module}.${name}`);
    for (const { module, names } of members)
      if (module === 'builtins') for (const name of names) this.addRole(name, Role.name);
    for (const path of tracked)
      if (path.startsWith('builtins.')) this.addRole(path.slice('builtins.'.length), Role.name);
    for (const { bareNames, definitions, names } of attributes) {
      const role = bareNames || definitions ? Role.attribute | Role.name : Role.attribute;
      for (const name of names) this.addRole(name, role);
    }
    for (const name of governed) {
      this.addRole(name, Role.module | Role.attribute);
      this.addRole(`_${name}`, Role.name | Role.attribute);
    }
    for (const name of trackedAttributes) this.addRole(name, Role.attribute);
  }

  /** Adds the first name of the path as a module, and the second one as its member. */
  private addPath(path: string): void {
    const [root = path, member] = path.replaceAll('()', '').split('.');
    this.addRole(root, Role.module);
    if (member === undefined) return;
    const { exact, patterns } = this.membersOf(root);
    if (member.includes('*')) patterns.push(memberPattern(member));
    else exact.add(member);
  }

  private membersOf(root: string): Members {
    const members = this.members.get(root) ?? { exact: new Set(), patterns: [] };
    this.members.set(root, members);
    return members;
  }

  /** Gives a module's alias the same members as the module. */
  private copy(alias: string, module: string): void {
    const known = this.members.get(module);
    if (!known || alias.includes('.')) return;
    const { exact, patterns } = this.membersOf(alias);
    for (const member of known.exact) exact.add(member);
    patterns.push(...known.patterns);
  }

  private addRole(name: string, role: number): void {
    this.roles.set(name, this.roleOf(name) | role);
  }

  roleOf(name: string): number {
    return this.roles.get(name) ?? Role.none;
  }

  /** Returns whether `module.member` can lead to a finding. */
  isListed(module: string, member: string): boolean {
    const members = this.members.get(module);
    return members === undefined || members.exact.has(member) || members.patterns.some((each) => each.test(member));
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

/** Returns a pattern for the name, in which a `*` matches any part of a name. */
export function memberPattern(name: string): RegExp {
  return new RegExp(`^${name.replaceAll('*', '\\w*')}$`);
}

/** Returns whether the file has a watched word where it matters, or may spell `__builtins__`. `words` has the lexer's watched tokens. */
export function mentionsWatched(words: readonly number[], names: TokenNames, watched: WatchedWords): boolean {
  return words.some((token) => isWatched(token, names, watched)) || names.mayMention(builtinsName);
}

function isWatched(token: number, names: TokenNames, watched: WatchedWords): boolean {
  if (names.tokens.kind(token) !== Token.name) return false;
  const name = names.name(token);
  const role = watched.roleOf(name);
  if (names.isAttribute(token)) return (role & Role.attribute) !== 0;
  return (role & Role.name) !== 0 || ((role & Role.module) !== 0 && isModuleUsed(token, names, watched));
}

/** Returns whether the module is used otherwise than by `import os`, `os.getcwd` and `os.path.join`. */
function isModuleUsed(token: number, names: TokenNames, watched: WatchedWords): boolean {
  const { tokens } = names;
  const member = names.memberAfter(token);
  const isImported = tokens.kind(token - 1) === Token.import && tokens.kind(token - 2) !== Token.name;
  if (isImported && tokens.kind(token + 1) === Token.newline) return false;
  if (isImported || member === undefined || watched.isListed(names.name(token), member)) return true;
  return standardSubmodules.has(`${names.name(token)}.${member}`) && tokens.kind(token + 3) !== Token.dot;
}
