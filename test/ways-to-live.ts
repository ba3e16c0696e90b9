// Finds the functions that can make a version take calls, by the tables that they write, and those whose batch doesn't ask first.
import ts from 'typescript';
import { importsOf, type SourceFile } from './source-files.ts';

/** The condition that every way asks, from pointers/may-take-calls.ts. */
const asked = 'mayTakeCalls';

/** Columns of each table that make a version live, give it calls, or admit it. Inserting a row does, too. */
const liveColumns = new Map([
  ['livePointers', ['targetId']],
  ['enabledPlugins', ['namespaceId', 'versionId']],
  ['releases', ['toVersionId', 'weight', 'shadow']],
  ['deployments', ['versionId', 'takesName']],
  ['pluginVersions', ['stage']],
]);

/** The same tables in SQL that is written as text. */
const writtenInText = /\b(?:insert(?: or \w+)? into|update|replace into) (?:live_pointers|enabled_plugins|releases)\b/i;

interface Declared {
  file: SourceFile;
  name: string;
  node: ts.Node;
  /** Names that it calls. */
  calls: Set<string>;
}

/**
 * Returns the functions, as `path: name`, whose batch writes these tables without a condition from `mayTakeCalls`. A function that only
 * builds statements may leave the question to its callers; one that runs a batch, or that nothing calls, has to ask.
 */
export function waysWithoutAsking(files: SourceFile[]): string[] {
  const declared = files.flatMap(declaredIn);
  const askers = Map.groupBy(
    declared.filter(({ calls }) => calls.has(asked)),
    ({ file }) => file,
  );
  const asks = ({ calls, file }: Declared) =>
    calls.has(asked) || askers.get(file)?.some(({ name }) => calls.has(name)) === true;
  const callersOf = ({ file, name }: Declared) =>
    declared.filter(
      ({ calls, file: from }) => calls.has(name) && (from === file || importsOf(from).includes(file.path)),
    );
  const unasked = (way: Declared, trail: Declared[]): Declared[] => {
    if (asks(way)) return [];
    const callers = callersOf(way).filter((caller) => !trail.includes(caller));
    return runsBatches(way) || callers.length === 0
      ? [way]
      : callers.flatMap((caller) => unasked(caller, [...trail, caller]));
  };
  const found = declared.filter(isWriter).flatMap((way) => unasked(way, [way]));
  return [...new Set(found.map(({ file, name }) => `${file.path}: ${name}`))].sort();
}

/** Returns the file's functions and methods. */
function declaredIn(file: SourceFile): Declared[] {
  const found: Declared[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.name) {
      found.push({ file, name: node.name.getText(), node, calls: callsIn(node) });
      return;
    }
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer)) {
      found.push({ file, name: node.name.getText(), node, calls: callsIn(node) });
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(file.source);
  return found;
}

function callsIn(node: ts.Node): Set<string> {
  const calls = new Set<string>();
  forEachInside(node, (inner) => {
    // Functions are also passed on, as to runIsolated.
    if (ts.isIdentifier(inner)) calls.add(inner.text);
  });
  return calls;
}

/** Returns whether the function runs a batch, so that its callers can't ask in it. */
function runsBatches({ calls }: Declared): boolean {
  return ['batch', 'runInOrder', 'writeAndRead'].some((name) => calls.has(name));
}

function isWriter({ node }: Declared): boolean {
  let writes = false;
  forEachInside(node, (inner) => {
    if (ts.isCallExpression(inner)) writes ||= isLiveWrite(inner);
    if (ts.isNoSubstitutionTemplateLiteral(inner) || ts.isStringLiteral(inner))
      writes ||= writtenInText.test(inner.text);
    if (ts.isTemplateExpression(inner)) writes ||= writtenInText.test(inner.getText());
  });
  return writes;
}

function isLiveWrite(call: ts.CallExpression): boolean {
  const { expression, arguments: given } = call;
  if (ts.isIdentifier(expression) && expression.text === 'insertWhere') return isTable(given[1]);
  if (!ts.isPropertyAccessExpression(expression)) return false;
  if (expression.name.text === 'insert') return isTable(given[0]);
  const [table] = given;
  if (expression.name.text !== 'update' || !table || !isTable(table)) return false;
  const { parent } = call;
  const set = ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent) ? parent.parent : undefined;
  const columns = set?.arguments[0] && keysOf(set.arguments[0]);
  return columns === undefined || columns.some((column) => liveColumns.get(table.getText())?.includes(column));
}

function isTable(node: ts.Expression | undefined): boolean {
  return node !== undefined && liveColumns.has(node.getText());
}

/** Returns the keys of an object; undefined if they aren't all written there. */
function keysOf(node: ts.Expression): string[] | undefined {
  if (ts.isConditionalExpression(node)) return both(keysOf(node.whenTrue), keysOf(node.whenFalse));
  if (ts.isParenthesizedExpression(node)) return keysOf(node.expression);
  if (knownKeys.has(node.getText())) return [];
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties.reduce<string[] | undefined>((keys, property) => {
    const own = ts.isSpreadAssignment(property) ? keysOf(property.expression) : [property.name?.getText() ?? ''];
    return both(keys, own);
  }, []);
}

/** Objects of columns that are of no concern here. */
const knownKeys = new Set(['released', 'confinement', 'lease.taken']);

const both = (one: string[] | undefined, other: string[] | undefined) => one && other && [...one, ...other];

function forEachInside(node: ts.Node, look: (inner: ts.Node) => void): void {
  const visit = (inner: ts.Node): void => {
    look(inner);
    ts.forEachChild(inner, visit);
  };
  ts.forEachChild(node, visit);
}
