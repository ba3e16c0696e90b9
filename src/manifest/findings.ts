// Creates findings for manifest/, with the wording that their messages share. Quoted source text is truncated to keep messages short.
import { type Finding, finding } from '../contract/findings/finding.ts';
import type { RuleId } from '../contract/findings/rules.ts';
import type { Span } from './python/syntax.ts';
import type { UnresolvedValue, Value } from './python/value.ts';

export const manifestFile = 'manifest.py';

const subjectLengthMax = 200;
const messageLengthMax = 600;
const quoteLengthMax = 80;

export interface SourceLocation {
  file: string;
  at: Span;
}

/** `subject` names the faulty part, such as `features[0].embedding_dim`. */
export function fileFinding(ruleId: RuleId, { file, at }: SourceLocation, subject: string, message: string): Finding {
  return finding(ruleId, { file, ...at }, clipped(subject, subjectLengthMax), {
    detail: clipped(message, messageLengthMax),
  });
}

export function manifestFinding(ruleId: RuleId, at: Span, subject: string, message: string): Finding {
  return fileFinding(ruleId, { file: manifestFile, at }, subject, message);
}

export function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…`.toWellFormed() : text;
}

/** Quotes source text, truncated for a message. */
export function quoted(text: string): string {
  return JSON.stringify(clipped(text, quoteLengthMax));
}

export const notExecuted = 'Slipway reads manifest.py without running it';

/** Returns why a value is unusable: it can't be read, or isn't of the `expected` kind. */
export function wrongKindMessage(label: string, value: Value, expected?: string): string {
  if (value.kind === 'unresolved') return unreadableMessage(label, value);
  return expected === undefined
    ? `${label} is ${kindNoun(value)}.`
    : `${label} is ${kindNoun(value)}, not ${expected}.`;
}

export function unreadableMessage(label: string, { reason }: UnresolvedValue): string {
  return `${label} is ${clipped(reason, 2 * quoteLengthMax)}; ${notExecuted}.`;
}

const nouns: Readonly<Record<Exclude<Value['kind'], 'unresolved'>, string>> = {
  string: 'a string',
  integer: 'a number',
  float: 'a number with a fraction',
  boolean: 'True or False',
  none: 'None',
  list: 'a list',
  dict: 'a dict',
  class: 'a class',
};

export function kindNoun(value: Value): string {
  return value.kind === 'unresolved' ? value.reason : nouns[value.kind];
}
