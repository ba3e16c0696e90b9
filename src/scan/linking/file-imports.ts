// Finds a file's imports that lead to something policy-relevant in another plugin file, and the parts of the file to parse because of
// them (scan policy §5.6a). Reads only tokens, so that a file with harmless imports isn't parsed.
import { rootModule, standardSubmodules } from '../policy/listed-modules.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { ImportedNames } from '../reading/module-holders.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { type FileSummary, type ImportedName, importedPath } from './file-analysis.ts';
import type { Import } from './import-list.ts';
import { findImportAliases } from './import-list.ts';
import { isOwn, type Links, ownPrefix } from './links.ts';
import { listBoundNames, listDeletedNames, reachesOtherAll, readDunderAll } from './module-names.ts';
import { findNameMaker } from './name-makers.ts';

/** Additions to the selector's first round, found by linking. */
export interface LinkedSelection {
  /** Tokens that bind names that lead to something that matters. */
  tokens: readonly number[];
  /** These names. */
  names: ReadonlySet<string>;
  /** Attributes that matter on any plugin module. */
  members: ReadonlySet<string>;
  /** Stars of imports from other plugin files that bind nothing that matters, ascending. */
  idleStars: readonly number[];
}

/** Stands at the end of a path for any use of the module that the path leads to. */
export const anyMember = '*';

/** Maximum attributes to read after a name, as in `a.b.c.d.e`. */
const pathMax = 4;

export class FileImports {
  private readonly imports: readonly Import[];
  private readonly tokenNames: TokenNames;
  private readonly links: Links;
  private readonly starred = new Map<string, readonly string[]>();

  constructor(imports: readonly Import[], names: TokenNames, links: Links) {
    this.imports = imports;
    this.tokenNames = names;
    this.links = links;
  }

  get roots(): string[] {
    const absolute = this.imports.filter(({ module }) => !module.startsWith('.'));
    return [...new Set(absolute.map(({ module }) => rootModule(module)))];
  }

  /** Names bound by imports, both from outside modules and from the plugin's own. */
  get names(): ImportedNames {
    const named = this.imports.filter(({ isStar }) => !isStar);
    const [own, outside] = [true, false].map((isPlugins) =>
      named.filter(({ module }) => isOwn(this.links, module) === isPlugins).map(({ name }) => name),
    );
    const modules = new Map<string, Set<string>>();
    const paths = new Map<string, Set<string>>();
    for (const item of named) {
      if (isOwn(this.links, item.module)) continue;
      addTo(paths, item.name, importedPath(item));
      const path = modulePath(item);
      if (path !== undefined) addTo(modules, item.name, path);
    }
    const starred = [...this.starred.values()].flat();
    return { own: new Set([...(own ?? []), ...starred]), outside: new Set(outside), modules, paths };
  }

  /** Returns the names that a star import of the module binds, that matter to the policy, and that occur in the file. */
  starNames(module: string): readonly string[] {
    return this.starred.get(module) ?? [];
  }

  select(): LinkedSelection {
    const own = this.imports.filter(({ module }) => isOwn(this.links, module));
    const tokens: number[] = [];
    const names = new Set<string>();
    const members = new Set<string>();
    const idleStars: number[] = [];
    if (own.length === 0) return { tokens, names, members, idleStars };
    const read = new Set<readonly string[]>();
    for (const { isStar, module, token } of own) {
      if (!isStar) continue;
      const all = this.links.starNames(module);
      // Modules that star-import each other have the same names, which the first of them binds.
      const mayBindAny = all.includes(anyMember);
      const bound = read.has(all) ? [] : this.mentioned(mayBindAny ? this.tokenNames.all : all);
      read.add(all);
      this.starred.set(module, bound);
      for (const name of bound) names.add(name);
      if (bound.length > 0) tokens.push(token);
      else idleStars.push(token);
    }
    const starred = new Set(names);
    const mentions = this.mentionsOf(new Set([...own.map(({ name }) => name), ...starred]));
    for (const name of starred)
      for (const path of mentions.get(name)?.values() ?? []) for (const member of path) members.add(member);
    for (const item of own) {
      if (item.isStar) continue;
      const before = item.member === undefined ? [] : [item.member];
      const paths = [[], ...(mentions.get(item.name)?.values() ?? [])];
      for (const path of paths) {
        const found = this.links.sensitiveOn(item.module, [...before, ...path]);
        if (found.length === 0) continue;
        tokens.push(item.token);
        names.add(item.name);
        for (const member of path) members.add(member);
        for (const value of found)
          if (value.startsWith(ownPrefix)) members.add(value.slice(value.lastIndexOf('.') + 1));
      }
    }
    return { tokens: [...new Set(tokens)], names, members, idleStars };
  }

  private mentioned(names: readonly string[]): string[] {
    return names.filter((name) => this.tokenNames.mentions(name).length > 0);
  }

  /** Returns, for each name, the different attribute paths that follow it in the file. */
  private mentionsOf(wanted: ReadonlySet<string>): Map<string, Map<string, readonly string[]>> {
    const { tokenNames: names } = this;
    const mentions = new Map<string, Map<string, readonly string[]>>();
    const bound = new Set(this.imports.map(({ token }) => token));
    for (const name of wanted) {
      const paths = new Map<string, readonly string[]>();
      for (const index of names.mentions(name)) {
        if (names.isAttribute(index) || bound.has(index)) continue;
        const path = [...this.pathAfter(index), anyMember];
        paths.set(path.join('.'), path);
      }
      if (paths.size > 0) mentions.set(name, paths);
    }
    return mentions;
  }

  private pathAfter(index: number): string[] {
    const path: string[] = [];
    for (let at = index; path.length < pathMax; at += 2) {
      const member = this.tokenNames.memberAfter(at);
      if (member === undefined) break;
      path.push(member);
    }
    return path;
  }

  /** Returns what other files need to know, from the file's imports and `__all__`. `words` has the lexer's watched tokens. */
  summary(
    lineOf: (offset: number) => number,
    lines: LogicalLines,
    { policy, words }: { words: readonly number[]; policy: ScanPolicy },
  ): Omit<FileSummary, 'exports'> {
    const imports: ImportedName[] = [];
    const inner: ImportedName[] = [];
    const stars: FileSummary['stars'][number][] = [];
    const maker = this.links.isShared ? findNameMaker(this.tokenNames, lines, lineOf) : undefined;
    const bound = this.links.isShared ? listBoundNames(this.tokenNames, lines, { imports: this.imports, policy }) : [];
    const deleted = this.links.isShared ? listDeletedNames(this.tokenNames, lines) : [];
    for (const { isGlobal, isStar, member, module, name, token } of this.imports) {
      const line = lineOf(this.tokenNames.tokens.start(token));
      const imported = { name, module, line, ...(member === undefined ? {} : { member }) };
      if (isStar) stars.push({ module, line });
      else if (isGlobal) imports.push(imported);
      else if (isOwn(this.links, module) ? maker !== undefined : isGoverned(policy, imported)) inner.push(imported);
    }
    imports.push(...findImportAliases(imports, this.tokenNames, lines, lineOf));
    const all = readDunderAll(this.tokenNames, lines);
    const reachesAll = this.links.isShared && reachesOtherAll(this.tokenNames, words, policy.watched);
    return {
      imports,
      stars,
      ...(all && { all }),
      ...(maker && { maker }),
      ...(bound.length > 0 && { bound }),
      ...(deleted.length > 0 && { deleted }),
      ...(inner.length > 0 && this.links.isShared && { inner }),
      ...(reachesAll && { reachesAll }),
    };
  }
}

function addTo(paths: Map<string, Set<string>>, name: string, path: string): void {
  paths.set(name, (paths.get(name) ?? new Set()).add(path));
}

/** Returns the module that the import binds, unless it may bind something else. */
function modulePath({ member, module, name }: Import): string | undefined {
  if (member === undefined) return name === rootModule(module) ? name : module;
  const path = `${module}.${member}`;
  return standardSubmodules.has(path) ? path : undefined;
}

/** Returns whether the import binds a governed module or a name from one. */
function isGoverned(policy: ScanPolicy, imported: ImportedName): boolean {
  return policy.governs(rootModule(policy.canonicalImport(importedPath(imported))));
}
