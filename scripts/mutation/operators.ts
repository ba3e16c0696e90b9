// Breaks code: drops parts of conditions, calls, lists and statements, and flips comparisons and constants. Stryker can't replace this,
// because its switch lives in the test's process, but most tests run code in workerd or in child processes.
import ts from 'typescript';
import type { Declaration } from './declarations.ts';

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** A change to a file that breaks a single behavior. */
export interface Change {
  file: string;
  before: string;
  after: string;
  /** For example `holdsLease:12: drop hasLease(deployments, token)`. */
  name: string;
}

const turned: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.LessThanToken]: '<=',
  [ts.SyntaxKind.LessThanEqualsToken]: '<',
  [ts.SyntaxKind.GreaterThanToken]: '>=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '>',
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
  [ts.SyntaxKind.PlusToken]: '-',
  [ts.SyntaxKind.MinusToken]: '+',
};

const joining: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** Functions that join conditions, so that any of their arguments can be dropped. */
const joiningCalls: ReadonlySet<string> = new Set(['and', 'or', 'batch', 'all', 'union']);

/** Returns one change for each place in a TypeScript declaration where an operator applies. */
export function operatorChanges({ end, file, name, start, text }: Declaration): Change[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const changes: Change[] = [];
  const visit = (node: ts.Node): void => {
    if (node.end <= start || node.getStart() >= end || ts.isTypeNode(node) || ts.isInterfaceDeclaration(node)) return;
    if (node.getStart() >= start && node.end <= end) {
      for (const edit of editsOf(node)) {
        const line = source.getLineAndCharacterOfPosition(edit.start).line + 1;
        const was = text.slice(edit.start, edit.end).replaceAll(/\s+/g, ' ').trim();
        const what = edit.text === '' ? `drop ${was}` : `${was} -> ${edit.text.replaceAll(/\s+/g, ' ')}`;
        const after = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
        changes.push({ file, before: text, after, name: `${name}:${line}: ${what}` });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return changes;
}

function editsOf(node: ts.Node): Edit[] {
  if (ts.isIfStatement(node)) return ['true', 'false'].map((text) => replaced(node.expression, text));
  if (ts.isConditionalExpression(node))
    return [node.whenTrue, node.whenFalse].map((kept) => replaced(node, kept.getText()));
  if (ts.isBinaryExpression(node)) return binaryEdits(node);
  if (ts.isExpressionStatement(node) || ts.isThrowStatement(node)) return [replaced(node, ';')];
  if (ts.isReturnStatement(node) && node.expression === undefined) return [replaced(node, ';')];
  if (ts.isArrayLiteralExpression(node)) return dropped(node.elements);
  if (ts.isObjectLiteralExpression(node)) return dropped(node.properties.filter((one) => ts.isSpreadAssignment(one)));
  if (ts.isCallExpression(node)) return joiningCalls.has(node.expression.getText()) ? dropped(node.arguments) : [];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [replaced(node, node.operand.getText())];
  }
  if (ts.isNumericLiteral(node)) return [replaced(node, node.text === '0' ? '1' : `${node.getText()} * 1000`)];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [replaced(node, 'false')];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [replaced(node, 'true')];
  return [];
}

function binaryEdits(node: ts.BinaryExpression): Edit[] {
  const { left, operatorToken, right } = node;
  if (joining.has(operatorToken.kind)) return [replaced(node, left.getText()), replaced(node, right.getText())];
  const text = turned[operatorToken.kind];
  return text === undefined ? [] : [replaced(operatorToken, text)];
}

function replaced(node: ts.Node, text: string): Edit {
  return { start: node.getStart(), end: node.end, text };
}

/** Returns edits that each remove one element and the comma that follows. */
function dropped(elements: readonly ts.Node[]): Edit[] {
  return elements.map((element) => {
    const behind = /^\s*,/.exec(element.getSourceFile().text.slice(element.end))?.[0].length ?? 0;
    return { start: element.getStart(), end: element.end + behind, text: '' };
  });
}
