// Finds a manifest field's declaration: an entry of the dict `metadata` or a module-level variable. `metadata` takes precedence (plugin
// format §2).
import type { Names, Value } from '../python/value.ts';
import { stableValue } from '../python/values.ts';

export interface Declaration {
  /** The field as written in manifest.py: `version` or `metadata["version"]`. */
  label: string;
  value: Value;
}

export function findDeclaration(names: Names, key: string): Declaration | undefined {
  return findInMetadata(names, key) ?? findVariable(names, key);
}

/** Returns the value of a key in a dict field; the field's own value if the dict can't be read. */
export function findEntry(names: Names, field: string, key: string): Value | undefined {
  const declared = findDeclaration(names, field)?.value;
  return (declared?.kind === 'dict' ? declared.entries.get(key)?.value : undefined) ?? declared;
}

export function findInMetadata(names: Names, key: string): Declaration | undefined {
  const metadata = metadataValue(names);
  const value = metadata?.kind === 'dict' ? metadata.entries.get(key)?.value : undefined;
  return value && { label: `metadata["${key}"]`, value: stableValue(value) };
}

export function metadataValue(names: Names): Value | undefined {
  const metadata = names.get('metadata');
  return metadata && stableValue(metadata);
}

function findVariable(names: Names, key: string): Declaration | undefined {
  const value = names.get(key);
  return value && { label: key, value: stableValue(value) };
}
