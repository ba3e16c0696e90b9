// Finds the comments of a test file that quote a document's promise, and the title of the test or group below each.
import ts from 'typescript';

export interface Promised {
  document: string;
  statement: string;
  file: string;
  line: number;
  /** Undefined if no test follows. */
  title: string | undefined;
}

const first = /^\s*(?:\/\/|#) Promised in (\S+\.md): (.+)$/;
const next = /^\s*(?:\/\/|#) (.+)$/;
const namedFunction = /^\s*(?:(?:async )?def|class|func) (\w+)/;

export function findPromises(file: string, text: string): Promised[] {
  if (!text.includes(' Promised in ')) return [];
  const lines = text.split('\n');
  const promises: Promised[] = [];
  let open: Omit<Promised, 'title'>[] = [];
  for (const [at, line] of lines.entries()) {
    const [, document, statement] = first.exec(line) ?? [];
    const last = open.at(-1);
    if (document !== undefined && statement !== undefined) open.push({ document, statement, file, line: at + 1 });
    else if (last && next.test(line)) last.statement += ` ${next.exec(line)?.[1]}`;
    else if (last) {
      const title = file.endsWith('.ts') ? titleAt(file, text, offsetOf(lines, at)) : namedFunction.exec(line)?.[1];
      promises.push(...open.map((promise) => ({ ...promise, title })));
      open = [];
    }
  }
  return promises;
}

function offsetOf(lines: readonly string[], at: number): number {
  const before = lines.slice(0, at).reduce((length, line) => length + line.length + 1, 0);
  return before + (lines[at] ?? '').search(/\S|$/);
}

const parsed = new Map<string, ts.SourceFile>();

/** The title of the call that begins at the offset, or the first text of the table's row there. */
function titleAt(file: string, text: string, offset: number): string | undefined {
  const known = parsed.get(file);
  const source = known?.text === text ? known : ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  parsed.set(file, source);
  const node = nodeAt(source, offset);
  if (node === undefined) return undefined;
  const call = ts.isExpressionStatement(node) ? node.expression : node;
  return firstText(ts.isCallExpression(call) ? (call.arguments[0] ?? call) : call);
}

/** The outermost node that begins at the offset. */
function nodeAt(node: ts.Node, offset: number): ts.Node | undefined {
  return ts.forEachChild(node, (child) => {
    if (offset < child.pos || offset >= child.end) return undefined;
    return child.getStart() === offset ? child : nodeAt(child, offset);
  });
}

function firstText(node: ts.Node): string | undefined {
  return ts.isStringLiteralLike(node) ? node.text : ts.forEachChild(node, firstText);
}
