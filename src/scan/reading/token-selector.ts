// Selects the tokens of a file that must be parsed, together with the statements they are in. The first round takes the tokens
// that the policy watches. Each later round adds every mention of the names that the analysis of the previous round demanded.
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

/** After this many rounds, or this share of the file's tokens parsed in total, the whole file is parsed. */
const roundsMax = 4;
const shareMax = 0.5;
/** Below this many parsed tokens the share does not matter. */
const tokensMin = 5000;

export interface Selection {
  /** Ascending. */
  tokens: readonly number[];
  /** For each logical line, whether it is selected. */
  lines: Uint8Array;
}

export interface SelectorOptions {
  policy: ScanPolicy;
  /** Additions of imports from the plugin's other files to the first round. */
  linked: LinkedSelection;
  imported: ImportedNames;
  /** Whether other files may import this one, and take from its modules what it doesn't take itself. */
  isShared: boolean;
}

export class TokenSelector {
  private readonly lines: LogicalLines;
  private readonly tokenNames: TokenNames;
  private readonly policy: ScanPolicy;
  private readonly initialTokens: readonly number[];
  private readonly linkedMembers: ReadonlySet<string>;
  /** Where the attributes start that may be names of a module from outside. */
  private readonly outsideOffsets = new Set<number>();
  /** Whether modules are used as values, so that the whole file is read to follow them. */
  readonly followsModules: boolean;
  /** Whether the file names a function that looks up names. Known at the strict level only. */
  readonly mentionsLookups: boolean;
  private readonly holders: ModuleHolders;
  private readonly rebound: ReboundBuiltins;
  private readonly patterns: ClassPatterns;
  private readonly keywordTexts: number;
  private readonly demandedNames = new Set<string>();
  private readonly demandedAttributes = new Set<string>();
  /** Where the keys of lookups start that fold to `__builtins__` but are not written so. */
  readonly builtinsKeys = new Set<number>();
  private keysAtSelection = 0;
  /** The lines of the latest selection. */
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
    // What a keyword is put together from may be used anywhere.
    if (this.followsModules || parts.length > 0) this.rounds = roundsMax;
    for (const name of linked.names) this.demandedNames.add(name);
    // An import of a module that no table names is read as well.
    if (policy.isStrict) this.demandImported(given.imported);
    // At the strict level, modules that are values are followed wherever they are put.
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

  /** Demands the names that imports bind to something sensitive, as the flows of the first round would. */
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
   * Demands every mention of a name that may bind it or use it in a way that matters. Returns true if they are part of the current
   * selection; otherwise the next round selects them.
   */
  demandName(name: string): boolean {
    return this.demand(this.demandedNames, name, Role.module | Role.name);
  }

  /** Does the same for attributes with this name, of any object. */
  demandAttribute(name: string): boolean {
    return this.demand(this.demandedAttributes, name, Role.attribute);
  }

  /** Demands every mention of a name that holds something else than the policy expects of it, as after `import os as io`. */
  demandAlias(name: string): boolean {
    return this.demand(this.demandedNames, name, Role.name);
  }

  private demand(demanded: Set<string>, name: string, roles: number): boolean {
    if (this.wholeFile || demanded.has(name) || (this.policy.watched.roleOf(name) & roles) !== 0) return true;
    demanded.add(name);
    this.unmetDemand = true;
    return false;
  }

  /** Whether the attribute that starts here may be a forbidden or private name of a module from outside the plugin. */
  mayReachOutside(offset: number): boolean {
    return this.outsideOffsets.has(offset);
  }

  /** Whether the name, or an attribute, may hold a module, or be a function that returns one, by the file's tokens. */
  mayHoldModule(name: string): boolean {
    return this.holders.has(name) || this.holders.has(`${name}()`);
  }

  /** Whether calls of this name, as far as it is a builtin, only inspect what they are passed. */
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

  /** Whether a text in the file is a watched keyword. */
  get mentionsKeywords(): boolean {
    return this.keywordTexts > 0;
  }

  /** Whether the file may get at a namespace of a module or a frame, or at `__builtins__`, by an attribute or a lookup. */
  get mentionsNamespaces(): boolean {
    this.namespacesNamed ??= this.mentionsLookups || namespaces.some((name) => this.tokenNames.mayMention(name));
    return this.namespacesNamed;
  }

  /** Whether the first round selects nothing, so that the file needs no parsing. */
  get isEmpty(): boolean {
    return this.initialTokens.length === 0 && !this.followsModules;
  }

  get readsWholeFile(): boolean {
    return this.wholeFile;
  }

  /** Whether anything was demanded since the last selection. */
  get hasUnmetDemand(): boolean {
    return this.unmetDemand;
  }

  /** Starts a round: returns what to parse, or undefined if the previous selection already covers it. */
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

  /** Finds the mentions of demanded names, except where an irrelevant attribute of the name is used. */
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
