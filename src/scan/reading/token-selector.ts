// Selects the tokens that must be parsed, with their statements. The first round selects tokens that the policy watches. Each later
// round adds every mention of the names that the analysis in the previous round demanded.
import type { LinkedSelection } from '../linking/file-imports.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { Role } from '../policy/watched-words.ts';
import type { Lexed } from '../syntax/lexer.ts';
import { ClassPatterns } from './class-patterns.ts';
import type { LogicalLines } from './logical-lines.ts';
import { findDeepLines } from './logical-lines.ts';
import { findModulesAsValues, findModuleValues, lookupFunctions } from './lone-modules.ts';
import type { ImportedNames, ModuleHolders } from './module-holders.ts';
import { ModuleTakers } from './module-takers.ts';
import { builtinsThatRetainNothing, ReboundBuiltins } from './rebound-builtins.ts';
import type { TokenNames } from './token-names.ts';
import { selectUnlistedTokens } from './unlisted-tokens.ts';
import { dropIdleStars, findFoldableStringsWith, selectWatchedTokens } from './watched-tokens.ts';

/** After this many rounds, or once this share of the file's tokens was parsed in total, the whole file is parsed. */
const roundsMax = 4;
const shareMax = 0.5;
/** Minimum number of parsed tokens for the share to count. */
const tokensMin = 5000;

export interface Selection {
  /** Ascending. */
  tokens: readonly number[];
  /** True for each selected logical line. */
  lines: Uint8Array;
}

export interface SelectorOptions {
  policy: ScanPolicy;
  /** Additions to the first round because of imports from other plugin files. */
  linked: LinkedSelection;
  imported: ImportedNames;
  /** True if other files may import this one and use parts of its modules that it doesn't use itself. */
  isShared: boolean;
}

export class TokenSelector {
  private readonly lines: LogicalLines;
  private readonly tokenNames: TokenNames;
  private readonly policy: ScanPolicy;
  private readonly initialTokens: readonly number[];
  private readonly linkedMembers: ReadonlySet<string>;
  /** Start offsets of attributes that may be names of an outside module. */
  private readonly outsideOffsets = new Set<number>();
  /** True if modules are used as values. The whole file is then read to follow them. */
  readonly followsModules: boolean;
  /** True if the file names a lookup function. Known only at the strict level. */
  readonly mentionsLookups: boolean;
  private readonly holders: ModuleHolders;
  private readonly rebound: ReboundBuiltins;
  private readonly patterns: ClassPatterns;
  private readonly keywordTexts: number;
  private readonly demandedNames = new Set<string>();
  private readonly demandedAttributes = new Set<string>();
  /** Start offsets of lookup keys that fold to `__builtins__` but are written differently. */
  readonly builtinsKeys = new Set<number>();
  private keysAtSelection = 0;
  /** Lines of the latest selection. */
  private selectedLines: Uint8Array | undefined;
  private rounds = 0;
  private tokensRead = 0;
  private wholeFile = false;
  private unmetDemand = false;
  private namespacesNamed: boolean | undefined;

  constructor(tokenNames: TokenNames, lexed: Lexed, lines: LogicalLines, given: SelectorOptions) {
    const { linked, policy } = given;
    const { attributes, holders, keywords, parts, takesFromAny } = selectUnlistedTokens(tokenNames, lines, {
      ...given,
      words: lexed.watched,
    });
    this.holders = holders;
    this.keywordTexts = keywords.length + parts.length;
    for (const token of attributes) this.outsideOffsets.add(tokenNames.tokens.start(token));
    this.lines = lines;
    this.tokenNames = tokenNames;
    this.policy = policy;
    this.mentionsLookups = policy.isStrict && [...lookupFunctions].some((name) => tokenNames.mentions(name).length > 0);
    this.linkedMembers = linked.members;
    this.rebound = new ReboundBuiltins(tokenNames, lines);
    this.patterns = new ClassPatterns(tokenNames, lines);
    const { modules: imported } = given.imported;
    const modules = policy.isStrict
      ? findModulesAsValues(tokenNames, lines, { modules: imported, rebound: this.rebound })
      : noModules;
    this.followsModules =
      modules.size > 0 &&
      (given.isShared ||
        takesFromAny ||
        new ModuleTakers(tokenNames, policy, { modules, patterns: this.patterns }).exist);
    // The parts of a keyword that is put together may be used anywhere.
    if (this.followsModules || parts.length > 0) this.rounds = roundsMax;
    for (const name of linked.names) this.demandedNames.add(name);
    // Reads imports of unlisted modules too.
    if (policy.isStrict) this.demandImported(given.imported);
    // At the strict level, modules used as values are followed wherever they go.
    const values = given.isShared && !policy.isStrict ? findModuleValues(tokenNames, lines, imported) : [];
    for (const token of values) this.demandedNames.add(tokenNames.name(token));
    const words = selectWatchedTokens(lexed.watched, tokenNames, policy);
    const watched = dropIdleStars(words, linked.idleStars, { names: tokenNames, lines, policy });
    this.initialTokens = ascending([
      ...watched,
      ...findFoldableStringsWith(builtinsName, tokenNames),
      ...attributes,
      ...keywords,
      ...parts,
      ...findDeepLines(lines),
      ...linked.tokens,
      ...values,
      ...this.patterns.keywords.filter((token) => policy.watched.mayBeWatchedMember(tokenNames.name(token))),
    ]);
  }

  /** Demands the names that imports bind to something sensitive, as the first round's flows would. */
  private demandImported({ paths }: ImportedNames): void {
    const { policy } = this;
    for (const [name, bound] of paths) {
      const values = [...bound].map((path) => policy.canonicalImport(path));
      if (!values.some((value) => policy.isSensitive(value))) continue;
      const roles = values.length === 1 && values[0] === name ? Role.module | Role.name : Role.name;
      if ((policy.watched.roleOf(name) & roles) === 0) this.demandedNames.add(name);
    }
  }

  /**
   * Demands every mention of a name that may bind the name or use it in a relevant way. Returns true if the current selection has them
   * all; otherwise the next round selects them.
   */
  demandName(name: string): boolean {
    return this.demand(this.demandedNames, name, Role.module | Role.name);
  }

  /** Demands attributes of this name on any object, as `demandName` does for names. */
  demandAttribute(name: string): boolean {
    return this.demand(this.demandedAttributes, name, Role.attribute);
  }

  /** Demands every mention of a name that holds something unexpected, as after `import os as io`. */
  demandAlias(name: string): boolean {
    return this.demand(this.demandedNames, name, Role.name);
  }

  private demand(demanded: Set<string>, name: string, roles: number): boolean {
    if (this.wholeFile || demanded.has(name) || (this.policy.watched.roleOf(name) & roles) !== 0) return true;
    demanded.add(name);
    this.unmetDemand = true;
    return false;
  }

  /** Returns whether the attribute that starts here may be a forbidden or private name of an outside module. */
  mayReachOutside(offset: number): boolean {
    return this.outsideOffsets.has(offset);
  }

  /** Returns whether, judging by tokens, the name or an attribute may hold a module or be a function that returns one. */
  mayHoldModule(name: string): boolean {
    return this.holders.has(name) || this.holders.has(`${name}()`);
  }

  /** Returns whether calls of this name only inspect their arguments, if it is a builtin. */
  retainsNothing(name: string): boolean {
    return builtinsThatRetainNothing.has(name) && !this.rebound.has(name);
  }

  /** Demands another round, in which a lookup with the key that starts here yields `__builtins__`. */
  demandBuiltinsKey(offset: number): void {
    if (this.builtinsKeys.has(offset)) return;
    this.builtinsKeys.add(offset);
    this.unmetDemand = true;
  }

  /** Demands the whole file. */
  demandAll(): void {
    if (this.wholeFile) return;
    this.unmetDemand = true;
    this.rounds = roundsMax;
  }

  /** True if a text in the file is a watched keyword. */
  get mentionsKeywords(): boolean {
    return this.keywordTexts > 0;
  }

  /** True if the file may access the namespace of a module or frame, or `__builtins__`, through an attribute or a lookup. */
  get mentionsNamespaces(): boolean {
    this.namespacesNamed ??= this.mentionsLookups || namespaces.some((name) => this.tokenNames.mayMention(name));
    return this.namespacesNamed;
  }

  /** True if the first round selects nothing. The file then needs no parsing. */
  get isEmpty(): boolean {
    return this.initialTokens.length === 0 && !this.followsModules;
  }

  get readsWholeFile(): boolean {
    return this.wholeFile;
  }

  /** True if anything was demanded since the last selection. */
  get hasUnmetDemand(): boolean {
    return this.unmetDemand;
  }

  /** Starts a round. Returns the selection to parse, or undefined if the previous one already covers it. */
  select(): Selection | undefined {
    const { initialTokens, lines, selectedLines } = this;
    this.unmetDemand = false;
    const hasDemands = this.demandedNames.size + this.demandedAttributes.size > 0;
    const tokens = hasDemands ? ascending([...initialTokens, ...this.demandedMentions()]) : initialTokens;
    const flags = lines.linesOf(tokens);
    const isCovered = selectedLines?.every((flag, line) => flag === 1 || flags[line] === 0) ?? false;
    const hasNewKeys = this.builtinsKeys.size > this.keysAtSelection;
    if (isCovered && !hasNewKeys && this.rounds < roundsMax) return undefined;
    this.keysAtSelection = this.builtinsKeys.size;
    this.tokensRead += lines.tokenCount(flags);
    this.wholeFile = this.rounds >= roundsMax || this.tokensRead > Math.max(tokensMin, lines.tokens.size * shareMax);
    this.rounds += 1;
    if (this.wholeFile) flags.fill(1);
    this.selectedLines = flags;
    return { tokens, lines: flags };
  }

  /** Finds mentions of the demanded names, leaving out those with an irrelevant attribute. */
  private *demandedMentions(): Generator<number> {
    const { demandedAttributes, demandedNames, linkedMembers, patterns, policy, tokenNames } = this;
    if (demandedAttributes.size > 0) {
      for (const token of patterns.keywords) if (demandedAttributes.has(tokenNames.name(token))) yield token;
      yield* patterns.positions;
    }
    for (const name of demandedAttributes)
      for (const token of tokenNames.mentions(name)) if (tokenNames.isAttribute(token)) yield token;
    for (const name of demandedNames) {
      for (const token of tokenNames.mentions(name)) {
        if (tokenNames.isAttribute(token)) continue;
        const member = tokenNames.memberAfter(token);
        const isLinked = member !== undefined && linkedMembers.has(member);
        if (member === undefined || isLinked || policy.watched.mayBeWatchedMember(member)) yield token;
      }
    }
  }
}

const namespaces: readonly string[] = [builtinsName, '__dict__', '__globals__', 'f_builtins', 'f_globals'];
const noModules: ReadonlySet<string> = new Set();

function ascending(indexes: readonly number[]): number[] {
  return [...new Set(indexes)].sort((a, b) => a - b);
}
