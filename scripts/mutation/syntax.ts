// Refuses mutations that do not parse: tests would fail without having noticed anything.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import ts from 'typescript';
import type { Mutation } from './list.ts';

const run = promisify(execFile);
const parsePython = 'import ast, sys; ast.parse(sys.argv[1])';

/** Returns the syntax error of the mutated file, or undefined. */
export async function syntaxProblem({ after, file, folder, name }: Mutation): Promise<string | undefined> {
  const problem = file.endsWith('.py') ? await pythonError(after) : typescriptError(file, after);
  return problem === undefined ? undefined : `${folder}: ${name}: does not parse: ${problem}`;
}

function typescriptError(fileName: string, text: string): string | undefined {
  if (!/\.tsx?$/.test(fileName)) return undefined;
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
