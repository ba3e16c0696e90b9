// Scans one Python file (scan policy §2–§7, §9). A file is parsed only if its tokens show that it can have a finding. docs/tour.md follows
// one file.
import type { Parser, Tree } from 'web-tree-sitter';
import { limits } from '../contract/limits/scans.ts';
import type { PolicyLevel } from '../contract/states.ts';
import { Constants } from './expressions/possible-constants.ts';
import { Proofs } from './expressions/proofs.ts';
import { References } from './expressions/references.ts';
import { Trails } from './expressions/trails.ts';
import { firstError, withTree } from './file/parse.ts';
import type { Parsers } from './file/parsers.ts';
import { inTurns, type Pausing, type Turn } from './file/pauses.ts';
import { Report, type SyntaxProblem } from './file/report.ts';
import { Flows } from './flows/flows.ts';
import { Holders } from './holders/holders.ts';
import { type ExportedName, type FileAnalysis, unlinked } from './linking/file-analysis.ts';
import { FileImports } from './linking/file-imports.ts';
import { listImports } from './linking/import-list.ts';
import { type Links, RecordingLinks, resultName } from './linking/links.ts';
import { collectBindings } from './names/binding-forms.ts';
import { isImport } from './names/bound-values.ts';
import type { Variable } from './names/scopes.ts';
import { policyFor, type ScanPolicy } from './policy/policy.ts';
import { mentionsWatched } from './policy/watched-words.ts';
import { type Excerpt, offsetInFile, writeExcerpts } from './reading/excerpt.ts';
import { LogicalLines, mayBeDeep } from './reading/logical-lines.ts';
import type { SyntaxTree } from './reading/syntax-tree.ts';
import { TokenNames } from './reading/token-names.ts';
import { TreeFlattener } from './reading/tree-flattener.ts';
import { checkMarkRuns } from './rules/mark-runs.ts';
import { checkNames, checkText } from './rules/obfuscation.ts';
import type { RuleContext } from './rules/rule.ts';
import { rulesByKind } from './rules/rules.ts';
import { checkStrings } from './rules/suspicious-strings.ts';
import { lex } from './syntax/lexer.ts';
import { syntaxProblem } from './syntax/statements.ts';

export interface PythonFile {
  path: string;
  text: string;
  level: PolicyLevel;
  links: Links;
}

export async function analyzePythonSource(
  parsers: Parsers,
  { path, text, level, links }: PythonFile,
  turn?: Turn,
): Promise<FileAnalysis> {
  const report = new Report(path, text);
  const policy = policyFor(level);
  const lexed = lex(text, policy.watched.words);
  await turn?.();
  const problem = syntaxProblem(text, lexed.tokens);
  if (problem) {
    report.addProblem(problem);
    return unlinked(report.findings());
  }
  await turn?.();
  const lines = new LogicalLines(lexed);
  const tokenNames = new TokenNames(text, lexed.tokens);
  const recorded = new RecordingLinks(links);
  const listed = listImports(lexed.watched, tokenNames, lines);
  if (listed.length > limits.names) {
    report.addProblem(tooManyNames);
    return unlinked(report.findings());
  }
  const imports = new FileImports(listed, tokenNames, recorded);
  const mayBreakRules =
    policy.isStrict ||
    mentionsWatched(lexed.watched, tokenNames, policy.watched) ||
    mayBeDeep(lines) ||
    imports.leadOn();
  await turn?.();
  const { watched } = lexed;
  const context =
    mayBreakRules &&
    (await inTurns(
      runRules({ parser: await parsers.python(), watched, text, lines, policy, report, links: recorded, imports }),
      turn,
    ));
  if (level === 'strict') {
    checkText(text, report);
    checkStrings(text, lexed.tokens, report);
    checkNames(text, lexed.tokens, report);
    report.escalate();
  }
  checkMarkRuns(text, lexed.tokens, report);
  const lineOf = (offset: number) => report.lineOf(offset);
  return {
    findings: report.findings(),
    summary: {
      ...imports.summary(lineOf, lines, { words: lexed.watched, policy }),
      exports: context ? exportsOf(context) : [],
    },
    roots: imports.roots,
    questions: recorded.questions,
  };
}

/**
 * Returns what the module's names may refer to, except for names that only imports bind. Includes names in classes, such as `Paths.o`,
 * and results, such as `f()`.
 */
function exportsOf({ names, references, trails }: RuleContext): ExportedName[] {
  const exported: ExportedName[] = [];
  const add = (variable: Variable, name: string, found: readonly string[]) => {
    if (found.length === 0) return;
    exported.push({ name, values: found.map((value) => ({ value, ...trails.ofVariable(variable, value) })) });
  };
  for (const variable of names.module.variables.values()) {
    if (variable.bindings.every(isImport)) continue;
    add(variable, variable.name, references.namesIn(variable));
    add(variable, resultName(variable.name), references.resultsOf(variable));
  }
  for (const [scope, path] of names.classPaths)
    for (const variable of scope.variables.values())
      add(variable, `${path}.${variable.name}`, references.namesIn(variable));
  return exported;
}

interface Scan {
  parser: Parser;
  /** The lexer's watched tokens. */
  watched: readonly number[];
  text: string;
  lines: LogicalLines;
  policy: ScanPolicy;
  report: Report;
  links: Links;
  imports: FileImports;
}

/**
 * Parses the file, then analyzes and checks it, again if a lookup's key turns out to be `__builtins__`. Returns the last analysis;
 * undefined if a finding explains why the file can't be analyzed.
 */
function* runRules(scan: Scan): Pausing<RuleContext | undefined> {
  const tree = yield* parse(scan);
  const builtinsKeys = new Set<number>();
  for (let known = -1; tree && known < builtinsKeys.size; ) {
    known = builtinsKeys.size;
    yield;
    const context = yield* analyze(tree, builtinsKeys, scan);
    if (!context) return undefined;
    yield* checkRules(context);
    if (known === builtinsKeys.size) return context;
  }
  return undefined;
}

/** Returns the rules' context, or undefined if a finding explains why the file can't be analyzed. */
function* analyze(tree: SyntaxTree, builtinsKeys: Set<number>, scan: Scan): Pausing<RuleContext | undefined> {
  const { imports, links, policy, report } = scan;
  const names = collectBindings(tree, (module) => imports.starNames(module), builtinsKeys);
  if (names.size > limits.names) {
    report.addProblem(tooManyNames);
    return undefined;
  }
  yield;
  const flows = new Flows(names, policy, links);
  yield* flows.follow();
  const holders = policy.isStrict ? new Holders(flows) : undefined;
  yield* holders?.follow() ?? [];
  const references = new References(flows, holders);
  yield;
  const constants = new Constants(names, references);
  const proofs = new Proofs(names, references);
  const trails = new Trails({ names, references, links, policy, report });
  if (references.isComplete)
    return { tree, names, references, proofs, trails, constants, policy, report, builtinsKeys, links };
  report.addProblem(tooManyFlows);
  return undefined;
}

/** Parses the file, in parts, into one flat tree, or adds a finding and returns undefined. */
function* parse({ lines, parser, report, text, watched }: Scan): Pausing<SyntaxTree | undefined> {
  if (lines.tokens.size > limits.partTokens) {
    report.addProblem(tooManyTokens);
    return undefined;
  }
  const flattener = new TreeFlattener(text, lines, watched);
  for (const excerpt of writeExcerpts(text, lines)) {
    yield;
    const problem = yield* withTree(parser, excerpt.text, (tree) => addExcerpt(tree, excerpt, flattener));
    if (!problem) continue;
    report.addProblem(problem);
    return undefined;
  }
  const tree = flattener.finish();
  if (!tree)
    report.addProblem({ ruleId: 'SLP601', detail: 'two parsers read this file differently', start: 0, end: 0 });
  return tree;
}

const tooManyNames = tooComplex(`more than ${limits.names} names`);
const tooManyFlows = tooComplex('values flow along too many paths');
const tooManyValues = tooComplex('constant expressions with too many values');
const tooManyTokens = tooComplex(`more than ${limits.partTokens} tokens`);

function tooComplex(detail: string, at = 0): SyntaxProblem {
  return { ruleId: 'SLP603', detail, start: at, end: at };
}

function* addExcerpt(tree: Tree, excerpt: Excerpt, flattener: TreeFlattener): Pausing<SyntaxProblem | undefined> {
  const error = firstError(tree);
  if (error) {
    const [start, end] = [offsetInFile(excerpt, error.start), offsetInFile(excerpt, error.end)];
    return { ruleId: 'SLP601', detail: 'invalid syntax', start, end };
  }
  return (yield* flattener.add(tree, excerpt)) ? undefined : tooComplex('nested too deeply', offsetInFile(excerpt, 0));
}

/** Nodes between two pauses. */
const nodesOfTurn = 8192;

/** Runs the rules on every node. Discards an earlier analysis's findings first. */
function* checkRules(context: RuleContext): Pausing<void> {
  const { constants, policy, report, tree } = context;
  report.clear();
  const rules = rulesByKind[policy.level];
  for (let node = 0; node < tree.size && !report.isFull; node += 1) {
    for (const rule of rules[tree.kind(node)] ?? []) rule.check(context, node);
    if (node % nodesOfTurn === 0) yield;
  }
  if (!constants.isComplete) report.addProblem(tooManyValues);
}
