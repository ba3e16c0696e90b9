// Finds the name that a field has outside of its class: its alias, what the class's alias generator makes, or its own.
import type { Value } from '../python/value.ts';
import type { FieldOptions } from './field-options.ts';
import { knownName, type SchemaMode } from './named-types.ts';

/** Returns null if the name can't be read. */
export function outerName(
  name: string,
  { alias, readAlias, writtenAlias }: FieldOptions,
  generator: Value | undefined,
  mode: SchemaMode,
): string | null {
  const own = mode === 'validation' ? readAlias : writtenAlias;
  if (own !== undefined) return own;
  if (alias !== undefined) return alias;
  return generator && generator.kind !== 'none' ? generatedName(name, generator) : name;
}

function generatedName(name: string, generator: Value): string | null {
  const known = generator.kind === 'unresolved' ? knownName(generator.origin ?? '') : undefined;
  if (known === 'to_camel') return toCamel(name);
  if (known === 'to_pascal') return toPascal(name);
  return known === 'to_snake' && /^[a-z_]+$/.test(name) ? name : null;
}

function toPascal(name: string): string {
  return titled(name).replace(/([0-9A-Za-z])_(?=[0-9A-Z])/g, '$1');
}

function toCamel(name: string): string {
  if (/^[a-z][A-Za-z0-9]*$/.test(name) && !/\d(?=[a-z])/.test(name)) return name;
  return toPascal(name).replace(/^_*[A-Z]/, (start) => start.toLowerCase());
}

/** Converts `avg_word` to `Avg_Word`, like Python's str.title. */
function titled(name: string): string {
  return name.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
}

/** Converts `avg_word_length` to `Avg Word Length`, as Pydantic titles a field. */
export function titleOf(name: string): string {
  return titled(name).replaceAll('_', ' ').trim();
}
