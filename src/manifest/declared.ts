// Where manifest.py says a thing: in the dict `metadata` or in a module-level variable. metadata wins (plugin format §2).
import { type Finding, finding } from '../contract/finding.ts';
import type { RuleId } from '../contract/rules.ts';
import type { Span } from './syntax.ts';
import { type Names, settled, type UnresolvedValue, type Value } from './values.ts';

export const manifestFile = 'manifest.py';

export interface Declaration {
  /** As the author wrote it: `version` or `metadata["version"]`. */
  label: string;
  value: Value;
}

export function declared(names: Names, key: string): Declaration | undefined {
  return declaredInMetadata(names, key) ?? declaredFlat(names, key);
}

export function declaredFlat(names: Names, key: string): Declaration | undefined {
  const value = names.get(key);
  return value && { label: key, value: settled(value) };
}

export function declaredInMetadata(names: Names, key: string): Declaration | undefined {
  const metadata = metadataOf(names);
  const value = metadata?.kind === 'dict' ? metadata.entries.get(key)?.value : undefined;
  return value && { label: `metadata["${key}"]`, value: settled(value) };
}

export function metadataOf(names: Names): Value | undefined {
  const metadata = names.get('metadata');
  return metadata && settled(metadata);
}

/** A finding in manifest.py. `subject` is what it is about, such as `features[0].embedding_dim`. */
export function manifestFinding(ruleId: RuleId, at: Span, subject: string, message: string): Finding {
  return finding(ruleId, { file: manifestFile, ...at }, subject, { detail: message });
}

export const neverRun = 'Slipway reads manifest.py without running it';

export function notLiteral(label: string, { why }: UnresolvedValue): string {
  return `${label} is ${why}; ${neverRun}.`;
}

/** What the author wrote, short enough for a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
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
  return value.kind === 'unresolved' ? value.why : nouns[value.kind];
}
