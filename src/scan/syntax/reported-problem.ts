// Chooses the problem that CPython would report, if both the grammar and the lexer found one.
import { neverClosed } from './lexer.ts';
import { type Reader, unexpectedIndent, unexpectedUnindent } from './reader.ts';
import type { SyntaxProblem, Tokens } from './token.ts';

/**
 * After a syntax error, CPython reads the remaining tokens, and prefers what is wrong with them: a string or a bracket that stays open
 * is usually why a later line makes no sense. It does so unless the error is an indentation.
 */
export function reportedProblem(
  { problem: grammar, rejectedAt, text }: Reader,
  tokens: Tokens,
): SyntaxProblem | undefined {
  const { problem: lexical, unclosed } = tokens;
  if (!grammar) return undefined;
  const isIndentation = grammar.detail === unexpectedIndent || grammar.detail === unexpectedUnindent;
  if (!lexical || grammar === lexical || grammar.ruleId !== 'SLP601' || isIndentation) return atTextEnd(text, grammar);
  if (lexical.overridesGrammar) return lexical;
  if (unclosed === undefined || !text.slice(unclosed, rejectedAt).includes('\n')) return grammar;
  return { ruleId: 'SLP601', detail: neverClosed(text, unclosed), start: unclosed, end: unclosed + 1 };
}

/** Moves what is missing at the end of the file to the end of its last line. */
function atTextEnd(text: string, problem: SyntaxProblem): SyntaxProblem {
  if (problem.start < text.length || !text.endsWith('\n')) return problem;
  return { ...problem, start: text.length - 1, end: text.length - 1 };
}
