// Extracts from a source file what the structure rules need: bound names, classes with their methods, relative imports, and some known
// mistakes. The result is plain data, so no rule keeps a syntax tree alive.
import type { Node } from 'web-tree-sitter';
import { normalizeName } from '../../core/normalization.ts';
import { findGpuSteps, type GpuStep, mayHaveGpuSteps } from './gpu-steps.ts';
import { moduleStatements } from './statements.ts';
import { boundBy, dottedName, importedBy, insideAny, lastName, nameParts, nodeSpan, type Span } from './syntax.ts';

interface ModuleImport {
  at: Span;
  /** Top-level module, such as `a` in `import a.b`. */
  root: string;
}

/**
 * Cheap check of a file's text before parsing it. Without the flag `m`, for which a line also ends at U+2028, so that a run of them would
 * be read again from each.
 */
const importsModule = /(?:^|\n)[^\S\n]*(?:import|from[\s\\]+[^\s.])/;

/**
 * Returns the modules that running the file may import. Omits imports whose failure is handled (inside a try with an except clause) and
 * imports for type checkers.
 */
function moduleImportsOf(module: Node, isGuarded: (statement: Node) => boolean): ModuleImport[] {
  const isTypeOnly = insideAny(module.descendantsOfType('if_statement').filter(isTypeChecking).flatMap(consequence));
  return module.descendantsOfType(['import_statement', 'import_from_statement']).flatMap((statement) => {
    if (isGuarded(statement) || isTypeOnly(statement)) return [];
    const source = statement.childForFieldName('module_name');
    const names = source ? [source] : nameParts(statement).map((part) => part.childForFieldName('name') ?? part);
    return names
      .filter(({ type }) => type === 'dotted_name')
      .map((name) => ({ at: nodeSpan(statement), root: rootOf(name) }));
  });
}

function rootOf(dotted: Node): string {
  return (dottedName(dotted).split('.', 1)[0] ?? '').replace(/[\s\\]/g, '');
}

function isTypeChecking(statement: Node): boolean {
  const condition = statement.childForFieldName('condition')?.text ?? '';
  return /^(?:\w+\.)?TYPE_CHECKING$/.test(condition.slice(0, 80));
}

/** Returns the block that runs if the condition is true. */
function consequence(branch: Node): readonly Node[] {
  return branch.childrenForFieldName('consequence');
}

/** Kinds of bindings. A `literal`, such as a number, can't be called. */
type BoundKind = 'function' | 'class' | 'import' | 'literal' | 'other';

export interface Outline {
  /** Names that importing the module binds, including conditional ones, in the order in which they are first bound to a non-literal. */
  bound: Map<string, BoundKind>;
  /** True if there is a `from … import *`, which can bind any name. */
  hasStarImport: boolean;
  classes: ClassOutline[];
  /** Names of methods that the file calls, other than a base class's. */
  called: Set<string>;
  relativeImports: RelativeImport[];
  moduleImports: ModuleImport[];
  /** Loops of the form `for … in x.iterrows()`. */
  rowLoops: Span[];
  /** Reads of `batch["text"]`. */
  textColumns: Span[];
  gpuSteps: GpuStep[];
}

export interface ClassOutline {
  name: string;
  at: Span;
  /** Last parts of the base classes' dotted names; '' for a base that isn't a name. */
  bases: string[];
  /** Dotted names of the decorators, without arguments. */
  decorators: string[];
  /** Names that the body binds. The arity is known only for functions without a decorator. */
  members: Map<string, Arity | undefined>;
  /** The members that are functions. */
  methods: Set<string>;
}

/** How many positional arguments a method accepts, including `self`. */
export interface Arity {
  at: Span;
  required: number;
  max: number;
  /** The first parameter after `self`, with the last part of its annotated type; '' without one. */
  first: { name: string; type: string } | undefined;
  isGenerator: boolean;
}

export interface RelativeImport {
  at: Span;
  /** Number of leading dots. */
  level: number;
  /** `a.b` in `from ..a.b import c`; '' in `from . import c`. */
  module: string;
  names: string[];
  /** True if the import is inside a try with an except clause, so that the file may be missing. */
  guarded: boolean;
}

/** Cheap checks of a file's text. Most files match none, which saves parsing and searching them. */
const hints = {
  relativeImport: /\bfrom[\s\\]*\./,
  moduleImport: importsModule,
  rowLoop: /\biterrows\b/,
  textColumn: /\bbatch[\s\\]*\[[\s\\]*['"]text['"]/,
  gpuStep: mayHaveGpuSteps,
};

export function isWorthOutlining(text: string): boolean {
  return Object.values(hints).some((hint) => hint.test(text));
}

const methodCalls = /(?<!\bsuper\(\))\.\s*(\w+)\s*\(/g;

export function readOutline(module: Node): Outline {
  const { text } = module;
  const outline: Outline = {
    bound: new Map(),
    hasStarImport: false,
    classes: [],
    called: new Set([...text.matchAll(methodCalls)].flatMap(([, name]) => name ?? [])),
    relativeImports: hints.relativeImport.test(text) ? relativeImportsOf(module) : [],
    moduleImports: hints.moduleImport.test(text) ? moduleImportsOf(module, guardOf(module)) : [],
    rowLoops: hints.rowLoop.test(text) ? rowLoopsOf(module) : [],
    textColumns: hints.textColumn.test(text) ? textColumnsOf(module) : [],
    gpuSteps: hints.gpuStep.test(text) ? findGpuSteps(module) : [],
  };
  for (const { node } of moduleStatements(module)) addStatement(node, outline);
  return outline;
}

function addStatement(statement: Node, outline: Outline): void {
  const bind = (name: string, kind: BoundKind) => {
    if ((outline.bound.get(name) ?? 'literal') === 'literal') outline.bound.set(name, kind);
  };
  switch (statement.type) {
    case 'import_statement':
    case 'import_from_statement':
      for (const name of importedBy(statement)) {
        if (name === '*') outline.hasStarImport = true;
        else bind(name, 'import');
      }
      break;
    case 'decorated_definition':
    case 'function_definition':
    case 'class_definition': {
      const definition = definitionOf(statement);
      const nameNode = definition.childForFieldName('name');
      if (!nameNode) break;
      bind(dottedName(nameNode), definition.type === 'class_definition' ? 'class' : 'function');
      if (definition.type === 'class_definition') outline.classes.push(classOutline(statement, definition, nameNode));
      break;
    }
    default:
      for (const name of assignedBy(statement)) bind(name, isLiteral(statement) ? 'literal' : 'other');
  }
}

function definitionOf(statement: Node): Node {
  return statement.childForFieldName('definition') ?? statement;
}

function assignedBy(statement: Node): string[] {
  const names: string[] = [];
  for (const expression of statement.type === 'expression_statement' ? nameParts(statement) : []) {
    for (let at: Node | null = expression; at?.type === 'assignment'; at = at.childForFieldName('right')) {
      const left = at.childForFieldName('left');
      if (left) names.push(...boundBy(left));
    }
  }
  return names;
}

const literals = /^(?:integer|float|string|concatenated_string|true|false|none|list|tuple|dictionary|set)$/;

/** Returns whether the statement assigns a literal to one name. */
function isLiteral(statement: Node): boolean {
  const [assignment] = nameParts(statement);
  const left = assignment?.childForFieldName('left');
  const right = assignment?.childForFieldName('right');
  return left?.type === 'identifier' && right != null && literals.test(right.type);
}

function classOutline(statement: Node, definition: Node, nameNode: Node): ClassOutline {
  const superclasses = definition.childForFieldName('superclasses');
  const bases = superclasses ? nameParts(superclasses).filter(({ type }) => type !== 'keyword_argument') : [];
  const members: ClassOutline['members'] = new Map();
  const methods = new Set<string>();
  const body = definition.childForFieldName('body');
  for (const { node } of body ? moduleStatements(body) : []) {
    const method = definitionOf(node);
    const methodName = method.type === 'function_definition' ? method.childForFieldName('name') : null;
    if (methodName) {
      methods.add(dottedName(methodName));
      members.set(dottedName(methodName), node.type === 'function_definition' ? arityOf(node) : undefined);
    } else for (const name of assignedBy(node)) members.set(name, undefined);
  }
  return {
    name: dottedName(nameNode),
    at: nodeSpan(nameNode),
    bases: bases.map((base) => lastName(base) ?? ''),
    decorators: nameParts(statement).flatMap(({ text, type }) => (type === 'decorator' ? decoratorName(text) : [])),
    members,
    methods,
  };
}

function decoratorName(decorator: string): string[] {
  return /^@\s*([\w.]+)/.exec(decorator)?.slice(1) ?? [];
}

function arityOf(method: Node): Arity {
  const parameters = method.childForFieldName('parameters');
  let required = 0;
  let max = 0;
  let first: Arity['first'];
  for (const parameter of parameters ? nameParts(parameters) : []) {
    const starred = /^\*[^*]/.test(parameter.text);
    if (starred) max = Number.POSITIVE_INFINITY;
    if (starred || parameter.type === 'keyword_separator' || parameter.text.startsWith('**')) break;
    if (parameter.type === 'positional_separator') continue;
    max += 1;
    if (max === 2) first = nameAndType(parameter.text);
    if (!/default_parameter$/.test(parameter.type)) required += 1;
  }
  const at = nodeSpan(method.childForFieldName('name') ?? method);
  return { at, required, max, first, isGenerator: isGenerator(method) };
}

/** Returns whether the function itself yields, rather than one inside it. */
function isGenerator(method: Node): boolean {
  if (!/\byield\b/.test(method.text)) return false;
  const isInside = insideAny(
    method.descendantsOfType(['function_definition', 'lambda']).filter((inner) => inner.startIndex > method.startIndex),
  );
  return method.descendantsOfType('yield').some((one) => !isInside(one));
}

/** Reads `image: cog.Path = None` as `image` and `Path`. */
function nameAndType(parameter: string): { name: string; type: string } {
  const [, name = '', type = ''] = /^(\w+)\s*(?::\s*['"]?(?:\w+\.)*(\w*))?/.exec(parameter) ?? [];
  return { name, type };
}

function relativeImportsOf(module: Node): RelativeImport[] {
  const isGuarded = guardOf(module);
  return module.descendantsOfType('import_from_statement').flatMap((statement) => {
    const source = statement.childForFieldName('module_name');
    const guarded = isGuarded(statement);
    if (source?.type !== 'relative_import') return [];
    const [, dots = '', path = ''] = /^(\.[.\s\\]*)(.*)$/s.exec(source.text) ?? [];
    return {
      at: nodeSpan(statement),
      level: dots.replace(/[^.]/g, '').length,
      module: normalizeName(path).replace(/[\s\\]/g, ''),
      names: importedNames(statement),
      guarded,
    };
  });
}

/** Returns a predicate for statements inside a try with an except clause. Call it for statements in document order. */
function guardOf(module: Node): (statement: Node) => boolean {
  return insideAny(
    module
      .descendantsOfType('try_statement')
      .filter((node) => nameParts(node).some(({ type }) => type.startsWith('except'))),
  );
}

/** Returns the imported names as the other module defines them, before `as`. */
function importedNames(statement: Node): string[] {
  return statement.childrenForFieldName('name').map((part) => dottedName(part.childForFieldName('name') ?? part));
}

function rowLoopsOf(module: Node): Span[] {
  return module.descendantsOfType(['for_statement', 'for_in_clause']).filter(isRowLoop).map(nodeSpan);
}

function isRowLoop(loop: Node): boolean {
  const call = loop.childForFieldName('right');
  const method = call?.type === 'call' ? call.childForFieldName('function')?.childForFieldName('attribute') : null;
  return method ? dottedName(method) === 'iterrows' : false;
}

/** Returns the text-column reads; none if the file itself writes that column. */
function textColumnsOf(module: Node): Span[] {
  const targets = module.descendantsOfType('assignment').map((assignment) => assignment.childForFieldName('left'));
  const isWritten = targets.some((target) => target?.type === 'subscript' && isTextColumn(target));
  return isWritten ? [] : module.descendantsOfType('subscript').filter(isTextColumn).map(nodeSpan);
}

function isTextColumn(subscript: Node): boolean {
  const [value, key] = nameParts(subscript);
  if (value?.type !== 'identifier' || key?.type !== 'string') return false;
  return value.text === 'batch' && /^(['"])text\1$/.test(key.text);
}
