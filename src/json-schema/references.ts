// Follows references within a schema. Nothing is ever fetched.
import type { Json } from '../contract/json.ts';
import { isObject, keywordForm, type SchemaObject } from './keywords.ts';
import type { SchemaProblem } from './problem.ts';

type Root = SchemaObject | boolean;

/** Parses a reference within the schema into tokens. Returns undefined for other references. */
export function referenceTokens(reference: string): string[] | undefined {
  if (!/^#(?:\/|$)/.test(reference)) return undefined;
  try {
    return reference
      .slice(1)
      .split('/')
      .slice(1)
      .map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return undefined;
  }
}

export function referenceProblem(root: Root, value: Json): Omit<SchemaProblem, 'path'> | undefined {
  const invalid = (message: string) => ({ message, kind: 'invalid' as const });
  if (typeof value !== 'string') return invalid('must be a string');
  if (!value.startsWith('#'))
    return invalid(
      'points to another document, and nothing is fetched. Copy that schema into `$defs` and write "#/$defs/NAME"',
    );
  const tokens = referenceTokens(value);
  if (!tokens && /^#[A-Za-z_]/.test(value))
    return { message: 'points to an anchor, which is not supported. Write "#/$defs/NAME"', kind: 'unsupported' };
  if (tokens?.includes('patternProperties') && isSchema(memberAt(root, tokens)))
    return {
      message: 'points into patternProperties, which is not supported. Write "#/$defs/NAME"',
      kind: 'unsupported',
    };
  if (tokens && schemaAt(root, tokens) !== undefined) return undefined;
  return invalid(`is broken: there is no schema at ${JSON.stringify(value)} in this document`);
}

/** Returns the schema that a valid reference points to. */
export function schemaAt(root: Root, tokens: readonly string[]): Root | undefined {
  let target: Json | undefined = root;
  for (let i = 0; i < tokens.length; i += 1) {
    const keyword = tokens[i] ?? '';
    const member = memberAt(target, [keyword]);
    const form = member === undefined ? undefined : keywordForm(keyword, member);
    if (form === undefined) return undefined;
    target = form === 'schema' ? member : memberAt(member, [tokens[i + 1] ?? '']);
    if (form !== 'schema') i += 1;
  }
  return isSchema(target) ? target : undefined;
}

function memberAt(value: Json | undefined, tokens: readonly string[]): Json | undefined {
  let target = value;
  for (const token of tokens) {
    if (Array.isArray(target)) target = /^\d{1,6}$/.test(token) ? target[Number(token)] : undefined;
    else target = isObject(target) && Object.hasOwn(target, token) ? target[token] : undefined;
  }
  return target;
}

function isSchema(value: Json | undefined): value is Root {
  return isObject(value) || typeof value === 'boolean';
}
