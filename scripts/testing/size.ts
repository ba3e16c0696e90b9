// Counts the lines and files that a new maintainer has to read. The numbers are informational and never fail a check.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const isCode = /^(?:src|builder|scripts|bench)\/.+\.(?:tsx?|js|py|go|sh)$/;
const isTestOrGenerated = /\.gen\.|\/tests\/|_test\.go$|(?:^|\/)test_\w+\.py$/;

/** Returns "150,000 hand-written lines in src, builder, scripts and bench; 3,500 files in the repository" in a Git checkout. */
export async function projectSize(): Promise<string | undefined> {
  const listed = promisify(execFile)('git', ['ls-files', '-z'], { maxBuffer: 64 * 1024 * 1024 });
  const output = await listed.catch(() => undefined);
  if (output === undefined) return undefined;
  const paths = output.stdout.split('\0').filter((path) => path !== '');
  const code = paths.filter((path) => isCode.test(path) && !isTestOrGenerated.test(path));
  const texts = await Promise.all(code.map((path) => readFile(path, 'utf8').catch(() => '')));
  const lines = texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
  const count = (number: number) => number.toLocaleString('en-US');
  return `${count(lines)} hand-written lines in src, builder, scripts and bench; ${count(paths.length)} files in the repository`;
}
