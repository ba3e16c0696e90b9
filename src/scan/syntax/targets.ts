// Finds the part of a target that can't be assigned to, where CPython locates it: `1` in `(a, [b, 1]) = x`.
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

interface Target {
  /** The shape that its parts must have. */
  shape: number;
  verb: 'assign to' | 'delete';
  /** Reads a part. */
  read(reader: Reader): number;
}

/** Reports the part of the target, from `start` on, that lacks the shape. */
export function failAtPart(reader: Reader, start: number, target: Target): void {
  reader.fail(`cannot ${target.verb} this expression`, wrongPart(reader.fork(start), target) ?? start);
}

/** Returns the first token of the wrong part. Undefined if these aren't parts of a target, as in a comprehension. */
function wrongPart(reader: Reader, target: Target): number | undefined {
  let wrong: number | undefined;
  do {
    reader.take(Token.star);
    const { at, kind } = reader;
    if (closers.has(kind)) break;
    const found = target.read(reader);
    if (wrong !== undefined || (found & target.shape) !== 0) continue;
    const isDisplay = kind === Token.openParenthesis || kind === Token.openBracket;
    const inner = isDisplay && reader.closesBefore(at) ? wrongPart(reader.fork(at + 1), target) : undefined;
    wrong = inner ?? at;
  } while (reader.take(Token.comma));
  return closers.has(reader.kind) || reader.problem === undefined ? wrong : undefined;
}

const closers: ReadonlySet<number> = new Set([Token.closeParenthesis, Token.closeBracket]);
