// Finds where a type ends, using only tokens. Anything that could be either a type or a value counts as a type.
import { bracketStep, kindFlags, Token, type Tokens } from './tokens.ts';

const startsType = kindFlags(
  ...[Token.name, Token.star, Token.chan, Token.arrow, Token.map, Token.func, Token.struct, Token.interface],
  ...[Token.openBracket, Token.openParenthesis],
);
/** Tokens that, inside brackets after a name, make it an index expression instead of type arguments. */
const computing = kindFlags(
  ...[Token.number, Token.string, Token.rune, Token.colon, Token.not, Token.comparison],
  ...[Token.additive, Token.multiplicative, Token.and, Token.or],
);

/** Returns whether the argument that starts at `start` is a type. The brackets in the tokens must match. */
export function isType(tokens: Tokens, start: number): boolean {
  const end = typeEnd(tokens, start);
  return tokens.kind(end) === Token.comma || tokens.kind(end) === Token.closeParenthesis;
}

/** Returns the index after the type that starts at `start`; `start` itself if there is none. */
function typeEnd(tokens: Tokens, start: number): number {
  let index = start;
  for (;;) {
    switch (tokens.kind(index)) {
      case Token.star:
        index += 1;
        break;
      case Token.chan:
        index += tokens.kind(index + 1) === Token.arrow ? 2 : 1;
        break;
      case Token.arrow:
        if (tokens.kind(index + 1) !== Token.chan) return start;
        index += 1;
        break;
      case Token.openBracket:
        index = afterBracket(tokens, index);
        break;
      case Token.map:
        index = afterBracket(tokens, index + 1);
        break;
      case Token.func: {
        const result = afterBracket(tokens, index + 1);
        if (startsType[tokens.kind(result)] !== 1) return result;
        index = result;
        break;
      }
      case Token.openParenthesis:
        return isType(tokens, index + 1) ? afterBracket(tokens, index) : start;
      case Token.struct:
      case Token.interface:
        return afterBracket(tokens, index + 1);
      case Token.name:
        return namedTypeEnd(tokens, index, start);
      default:
        return start;
    }
  }
}

function namedTypeEnd(tokens: Tokens, name: number, start: number): number {
  let index = name + 1;
  while (tokens.kind(index) === Token.dot) index += 2;
  if (tokens.kind(index) !== Token.openBracket) return index;
  const end = afterBracket(tokens, index);
  let depth = 0;
  for (let inner = index + 1; inner < end - 1; inner += 1) {
    const kind = tokens.kind(inner);
    const isCall = kind === Token.openParenthesis && tokens.kind(inner - 1) === Token.name;
    if (depth === 0 && (isCall || computing[kind] === 1)) return start;
    depth += bracketStep(kind);
  }
  return end;
}

/** Returns whether the function declared at `func` has no body, which means that it is written in another language. */
export function lacksBody(tokens: Tokens, func: number): boolean {
  let index = func + 1;
  if (tokens.kind(index) === Token.openParenthesis) index = afterBracket(tokens, index);
  index += 1;
  if (tokens.kind(index) === Token.openBracket) index = afterBracket(tokens, index);
  index = afterBracket(tokens, index);
  const result = tokens.kind(index) === Token.openParenthesis ? afterBracket(tokens, index) : typeEnd(tokens, index);
  return tokens.kind(result) !== Token.openBrace;
}

/** Returns the index after the bracket that closes the one at `index`, or the next index if there is no bracket. */
function afterBracket(tokens: Tokens, index: number): number {
  let depth = 0;
  for (let at = index; at < tokens.size; at += 1) {
    depth += bracketStep(tokens.kind(at));
    if (depth === 0) return at + 1;
  }
  return tokens.size;
}
