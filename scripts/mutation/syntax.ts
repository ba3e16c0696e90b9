// Refuses mutations that do not parse: tests would fail without having noticed anything.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import type { ListedMutation } from './list.ts';

const run = promisify(execFile);
const parsePython = 'import ast, sys; ast.parse(sys.argv[1])';

/** Returns the syntax error of the mutated file, or undefined. */
export async function syntaxProblem(root: string, mutation: ListedMutation): Promise<string | undefined> {
  const text = (await readFile(join(root, mutation.file), 'utf8')).replace(mutation.search, () => mutation.replace);
  const problem = mutation.file.endsWith('.py') ? await pythonError(text) : typescriptError(mutation.file, text);
  return problem === undefined ? undefined : `${mutation.folder}: ${mutation.name}: does not parse: ${problem}`;
}

function typescriptError(fileName: string, text: string): string | undefined {
  if (!fileName.endsWith('.ts')) return undefined;
  const { diagnostics } = ts.transpileModule(text, { fileName, reportDiagnostics: true });
  return diagnostics?.length ? ts.flattenDiagnosticMessageText(diagnostics[0]?.messageText, ' ') : undefined;
}

async function pythonError(text: string): Promise<string | undefined> {
  try {
    await run(process.env.PYTHON || 'python3', ['-c', parsePython, text]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
  }
}
