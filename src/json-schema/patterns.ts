// Compiles schema patterns with RE2, which matches every pattern in linear time.
import { RE2JS } from 're2js';
import type { SchemaProblem } from './problem.ts';

const patternCharsMax = 1_000;
/** For all patterns of a schema: compiling a thousand instructions takes a millisecond. */
const instructionsMax = 100_000;

type Problem = Omit<SchemaProblem, 'path'>;

export function compiledPattern(pattern: string): RE2JS {
  return RE2JS.compile(RE2JS.translateRegExp(pattern));
}

/** Instructions of a schema's patterns so far. */
export interface PatternProgram {
  instructions: number;
}

/** Returns the problem with a pattern: it isn't a regular expression, or can't be matched in linear time. Undefined if it is fine. */
export function patternProblem(pattern: string, program: PatternProgram): Problem | undefined {
  if (pattern.length > patternCharsMax)
    return { message: `is longer than ${patternCharsMax} characters`, kind: 'unsupported' };
  if (program.instructions > instructionsMax)
    return { message: "is not supported: the schema's patterns are too large together", kind: 'unsupported' };
  const refusal = errorOf(() => {
    program.instructions += compiledPattern(pattern).programSize();
  });
  if (refusal === undefined) return undefined;
  // Compiles the pattern without matching anything, because JavaScript's engine stalls on some patterns.
  const syntaxError = errorOf(() => new RegExp(pattern, 'u'));
  if (syntaxError !== undefined && errorOf(() => new RegExp(pattern)) !== undefined)
    return { message: `is not a regular expression: ${refusal}`, kind: 'invalid' };
  return {
    message: 'is not supported: patterns must be matched in linear time, without look-around and backreferences',
    kind: 'unsupported',
  };
}

function errorOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
