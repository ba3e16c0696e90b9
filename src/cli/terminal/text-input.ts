// Reads texts from files and standard input. They must be UTF-8, because what can't be decoded would change on its way.
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { readUtf8, withoutMark } from '../../core/json/utf8.ts';
import { Failure } from './failure.ts';

/** Returns an empty text at a terminal, where there is no piped input. Keeps a byte order mark, which may belong to a secret. */
export async function readStandardInput(): Promise<string> {
  return process.stdin.isTTY ? '' : decodeText(await buffer(process.stdin), 'standard input');
}

/** Returns a file's text without its byte order mark. `flag` is the option that names the file; `hint` helps if there is none. */
export function readTextFile(path: string, { flag, hint }: { flag?: string; hint?: string } = {}): string {
  const named = flag === undefined ? '' : `${flag}: `;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Failure('usage', `${named}cannot read ${path}: ${reason}`, { hint });
  }
  return withoutMark(decodeText(bytes, `${named}${path}`));
}

/** `named` begins the sentence that says what is wrong. */
export function decodeText(bytes: Uint8Array, named: string): string {
  const read = readUtf8(bytes);
  if ('text' in read) return read.text;
  throw new Failure('usage', `${named} ${read.problem}`, { title: 'Not UTF-8', hint: read.hint });
}

/** Throws if an argument had bytes that Node couldn't decode. */
export function requireDecoded(args: readonly string[]): void {
  const changed = args.find((argument) => argument.includes('\ufffd'));
  if (changed === undefined) return;
  throw new Failure('usage', `the argument ${changed} is not UTF-8`, {
    title: 'Not UTF-8',
    hint: 'Pass the value in a file or by standard input. In JSON, write the character U+FFFD as \\ufffd.',
  });
}
