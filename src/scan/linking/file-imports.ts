// Finds a file's imports that lead to something policy-relevant in another plugin file (scan policy §5.6a). Reads only tokens, so that a
// file with harmless imports isn't parsed.
import { rootModule } from '../policy/listed-modules.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { type FileSummary, type ImportedName, importedPath } from './file-analysis.ts';
import type { Import } from './import-list.ts';
import { findImportAliases } from './import-list.ts';
import { isOwn, type Links } from './links.ts';
import { listBoundNames, listDeletedNames, reachesOtherAll, readDunderAll } from './module-names.ts';
import { findNameMaker } from './name-makers.ts';

/** Stands at the end of a path for any use of the module that the path leads to. */
export const anyMember = '*';

/** Maximum attributes to read after a name, as in `a.b.c.d.e`. */
const pathMax = 4;

export class FileImports {
  private readonly imports: readonly Import[];
  private readonly tokenNames: TokenNames;
  private readonly links: Links;
  private readonly own: readonly Import[];
  /** Names that star imports of other files bind, by module. */
  private readonly starred: ReadonlyMap<string, readonly string[]>;

  constructor(imports: readonly Import[], names: TokenNames, links: Links) {
    this.imports = imports;
    this.tokenNames = names;
    this.links = links;
    this.own = imports.filter(({ module }) => isOwn(links, module));
    this.starred = this.readStars();
  }

  get roots(): string[] {
    const absolute = this.imports.filter(({ module }) => !module.startsWith('.'));
    return [...new Set(absolute.map(({ module }) => rootModule(module)))];
  }

  /** Returns the names that a star import of the module binds, that matter to the policy, and that occur in the file. */
  starNames(module: string): readonly string[] {
    return this.starred.get(module) ?? [];
  }

  /** Returns whether an import leads to something that matters in another file, or binds any name of an outside module. */
  leadOn(): boolean {
    const bindsAny = this.imports.some(({ isStar, module }) => isStar && !isOwn(this.links, module));
    if (bindsAny || [...this.starred.values()].some((names) => names.length > 0)) return true;
    const mentions = this.mentionsOf(new Set(this.own.map(({ name }) => name)));
    return this.own.some(({ isStar, member, module, name }) => {
      const before = member === undefined ? [] : [member];
      const paths = [[], ...(mentions.get(name)?.values() ?? [])];
      return !isStar && paths.some((path) => this.links.sensitiveOn(module, [...before, ...path]).length > 0);
    });
  }

  private readStars(): Map<string, readonly string[]> {
    const starred = new Map<string, readonly string[]>();
    const read = new Set<readonly string[]>();
    for (const { isStar, module } of this.own) {
      if (!isStar || starred.has(module)) continue;
      const all = this.links.starNames(module);
      // Modules that star-import each other have the same names, which the first of them binds.
      const mayBindAny = all.includes(anyMember);
      starred.set(module, read.has(all) ? [] : this.mentioned(mayBindAny ? this.tokenNames.all : all));
      read.add(all);
    }
    return starred;
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

/** Returns whether the import binds a governed module or a name from one. */
function isGoverned(policy: ScanPolicy, imported: ImportedName): boolean {
  return policy.governs(rootModule(policy.canonicalImport(importedPath(imported))));
}
