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

/** Patterns that were compiled, with their sizes. The same ones often occur again, in a schema and in its changed forms. */
export type CompiledPatterns = Map<string, { instructions: number; problem: Problem | undefined }>;

export interface PatternProgram {
  /** Instructions of a schema's patterns so far. */
  instructions: number;
  compiled: CompiledPatterns;
}

/** Returns the problem with a pattern: it isn't a regular expression, or can't be matched in linear time. Undefined if it is fine. */
export function patternProblem(pattern: string, program: PatternProgram): Problem | undefined {
  if (pattern.length > patternCharsMax)
    return { message: `is longer than ${patternCharsMax} characters`, kind: 'unsupported' };
  if (program.instructions > instructionsMax)
    return { message: "is not supported: the schema's patterns are too large together", kind: 'unsupported' };
  const { instructions, problem } = program.compiled.get(pattern) ?? compile(pattern);
  program.compiled.set(pattern, { instructions, problem });
  program.instructions += instructions;
  return problem;
}

function compile(pattern: string): { instructions: number; problem: Problem | undefined } {
  let instructions = 0;
  const refusal = errorOf(() => {
    instructions = compiledPattern(pattern).programSize();
  });
  return { instructions, problem: refusal === undefined ? undefined : refusedPattern(pattern, refusal) };
}

function refusedPattern(pattern: string, refusal: string): Problem {
  // Compiles the pattern without matching anything, because JavaScript's engine stalls on some patterns.
  const syntaxError = errorOf(() => new RegExp(pattern, 'u'));
  if (syntaxError !== undefined && errorOf(() => new RegExp(pattern)) !== undefined)
    return { message: `is not a regular expression: ${refusal}`, kind: 'invalid' };
  return {
    message: 'is not supported: patterns must be matched in linear time, without look-around and backreferences',
    kind: 'unsupported',
  };
}

function errorOf(compiling: () => unknown): string | undefined {
  try {
    compiling();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
