// Recognizes Python statements token by token (CPython 3.12's grammar, plus 3.13's additions). Rejects everything that tree-sitter is
// too lenient to notice (scan policy §7). The syntax tree itself comes from tree-sitter.
import type { SyntaxProblem } from '../file/report.ts';
import { Shape, startsExpression } from './expression-rules.ts';
import {
  expression,
  expressionRules,
  failAtAssignment,
  namedExpression,
  starExpressions,
  starNamedExpression,
  starTarget,
  starTargets,
} from './expressions.ts';
import { neverClosedMessage } from './lexer.ts';
import { readBases } from './nested-expressions.ts';
import { readAnnotation, readParameters, readTypeParameters } from './parameters.ts';
import { readPatterns } from './patterns.ts';
import { Reader, unexpectedIndent, unexpectedUnindent } from './reader.ts';
import { readSimpleStatements } from './simple-statements.ts';
import { Token, type Tokens } from './token.ts';

/** Returns the problem at which CPython would reject the tokens, if there is one. */
export function syntaxProblem(text: string, tokens: Tokens): SyntaxProblem | undefined {
  const reader = new Reader(text, tokens);
  while (reader.kind !== Token.end) statement(reader);
  return reportedProblem(reader, tokens);
}

function statement(reader: Reader): void {
  const compound = compoundStatements[reader.kind];
  if (compound) {
    reader.skip();
    compound(reader);
  } else if (reader.isWord('match') && startsMatch(reader)) {
    matchStatement(reader);
  } else {
    readSimpleStatements(reader);
  }
}

/** Reads a colon and its block: on the same line, or indented on the lines below. */
function block(reader: Reader): void {
  expectColon(reader);
  const line = reader.at;
  if (!reader.take(Token.newline)) {
    readSimpleStatements(reader);
    return;
  }
  if (reader.kind !== Token.indent) reader.fail(`expected an indented block after line ${reader.lineOf(line)}`);
  reader.skip();
  while (reader.kind !== Token.dedent && reader.kind !== Token.end) statement(reader);
  reader.expect(Token.dedent);
}

function expectColon(reader: Reader): void {
  if (reader.kind === Token.equals && reader.operand.after === reader.at) failAtAssignment(reader);
  else reader.expect(Token.colon, reader.kind === Token.newline ? "expected ':'" : undefined);
}

/** Counts each elif as nested in the previous one, as CPython does. */
function ifStatement(reader: Reader): void {
  let branches = 0;
  do {
    branches += 1;
    if (!reader.enter()) return;
    namedExpression(reader);
    block(reader);
  } while (reader.take(Token.elif));
  elseBlock(reader);
  for (; branches > 0; branches -= 1) reader.leave();
}

function elseBlock(reader: Reader): void {
  if (reader.take(Token.else)) block(reader);
}

function whileStatement(reader: Reader): void {
  namedExpression(reader);
  block(reader);
  elseBlock(reader);
}

function forStatement(reader: Reader): void {
  starTargets(reader);
  reader.expect(Token.in);
  starExpressions(reader);
  block(reader);
  elseBlock(reader);
}

function withStatement(reader: Reader): void {
  const { after, hasAs } =
    reader.kind === Token.openParenthesis ? reader.scanBrackets() : { after: Token.end, hasAs: false };
  if (hasAs && after === Token.colon) {
    reader.skip();
    do {
      if (reader.kind === Token.closeParenthesis) break;
      withItem(reader);
    } while (reader.take(Token.comma));
    reader.expect(Token.closeParenthesis);
  } else {
    do withItem(reader);
    while (reader.take(Token.comma));
  }
  block(reader);
}

function withItem(reader: Reader): void {
  expression(reader);
  if (reader.take(Token.as)) starTarget(reader);
}

function tryStatement(reader: Reader): void {
  block(reader);
  let groups: boolean | undefined;
  while (reader.kind === Token.except) {
    const isGroup = reader.kindAfter(1) === Token.star;
    if ((groups ?? isGroup) !== isGroup) reader.fail('cannot mix except and except*');
    groups = isGroup;
    reader.skip();
    exceptClause(reader);
  }
  if (groups !== undefined) elseBlock(reader);
  if (reader.take(Token.finally)) block(reader);
  else if (groups === undefined) reader.fail("expected 'except' or 'finally' block");
}

function exceptClause(reader: Reader): void {
  const isGroup = reader.take(Token.star);
  if (isGroup || reader.kind !== Token.colon) {
    const start = reader.at;
    expression(reader);
    if (reader.kind === Token.comma) reader.fail('several exception types need parentheses', start);
    if (reader.take(Token.as)) reader.expect(Token.name);
  }
  block(reader);
}

function functionDefinition(reader: Reader): void {
  reader.expect(Token.name);
  readTypeParameters(reader, expressionRules);
  reader.expect(Token.openParenthesis);
  readParameters(reader, Token.closeParenthesis, expressionRules);
  reader.expect(Token.closeParenthesis);
  if (reader.take(Token.arrow)) readAnnotation(reader, expressionRules);
  block(reader);
}

function classDefinition(reader: Reader): void {
  reader.expect(Token.name);
  readTypeParameters(reader, expressionRules);
  if (reader.take(Token.openParenthesis)) readBases(reader, expressionRules);
  block(reader);
}

function asyncStatement(reader: Reader): void {
  if (reader.take(Token.def)) functionDefinition(reader);
  else if (reader.take(Token.with)) withStatement(reader);
  else if (reader.take(Token.for)) forStatement(reader);
  else reader.fail();
}

function decorated(reader: Reader): void {
  do {
    namedExpression(reader);
    reader.expect(Token.newline);
  } while (reader.take(Token.at));
  reader.take(Token.async);
  if (reader.take(Token.def)) functionDefinition(reader);
  else if (reader.take(Token.class)) classDefinition(reader);
  else reader.fail();
}

/** Returns whether `match` is a keyword here, because a subject follows and the line ends with a colon. Otherwise it is a name. */
function startsMatch(reader: Reader): boolean {
  const next = reader.kindAfter(1);
  return startsExpression(next) && reader.lineEndsInColon();
}

function matchStatement(reader: Reader): void {
  reader.skip();
  if (reader.kind === Token.openParenthesis || reader.kind === Token.openBracket) reader.noteMisreadStart();
  matchSubject(reader);
  expectColon(reader);
  reader.expect(Token.newline);
  reader.expect(Token.indent);
  do {
    if (!reader.isWord('case')) reader.fail("expected a 'case' block");
    reader.skip();
    readPatterns(reader);
    if (reader.take(Token.if)) namedExpression(reader);
    block(reader);
  } while (reader.kind !== Token.dedent && reader.kind !== Token.end);
  reader.expect(Token.dedent);
}

/** Reads a match subject: `match *a, b := c:` is a tuple, but `match *a:` is an error. */
function matchSubject(reader: Reader): void {
  const lone = starNamedExpression(reader) & Shape.starred;
  if (lone && reader.kind !== Token.comma) reader.fail('cannot use a starred expression here');
  while (reader.take(Token.comma) && reader.kind !== Token.colon) starNamedExpression(reader);
}

type Statement = (reader: Reader) => void;

/** Rules for what follows the keyword, for statements that start with one. */
const compoundStatements: (Statement | undefined)[] = [];
compoundStatements[Token.if] = ifStatement;
compoundStatements[Token.while] = whileStatement;
compoundStatements[Token.for] = forStatement;
compoundStatements[Token.with] = withStatement;
compoundStatements[Token.try] = tryStatement;
compoundStatements[Token.def] = functionDefinition;
compoundStatements[Token.class] = classDefinition;
compoundStatements[Token.async] = asyncStatement;
compoundStatements[Token.at] = decorated;

/**
 * Returns the problem that CPython reports. After a syntax error, it reads the remaining tokens and prefers problems in them, because
 * an unclosed string or bracket usually explains why a later line makes no sense. Indentation errors are the exception.
 */
function reportedProblem({ problem: grammar, rejectedAt, text }: Reader, tokens: Tokens): SyntaxProblem | undefined {
  const { problem: lexical, unclosed } = tokens;
  if (!grammar) return undefined;
  const isIndentation = grammar.detail === unexpectedIndent || grammar.detail === unexpectedUnindent;
  if (!lexical || grammar === lexical || grammar.ruleId !== 'SLP601' || isIndentation) return atTextEnd(text, grammar);
  if (lexical.overridesGrammar) return lexical;
  if (unclosed === undefined || !text.slice(unclosed, rejectedAt).includes('\n')) return grammar;
  return { ruleId: 'SLP601', detail: neverClosedMessage(text, unclosed), start: unclosed, end: unclosed + 1 };
}

/** Moves a problem at the end of the file to the end of its last line. */
function atTextEnd(text: string, problem: SyntaxProblem): SyntaxProblem {
  if (problem.start < text.length || !text.endsWith('\n')) return problem;
  return { ...problem, start: text.length - 1, end: text.length - 1 };
}
