// Where manifest.py says a thing: in the dict `metadata` or in a module-level variable. metadata wins (plugin format §2).
import { type Names, settled, type Value } from './values.ts';

export interface Declaration {
  /** As the author wrote it: `version` or `metadata["version"]`. */
  label: string;
  value: Value;
}

export function declared(names: Names, key: string): Declaration | undefined {
  return declaredInMetadata(names, key) ?? declaredFlat(names, key);
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

function declaredFlat(names: Names, key: string): Declaration | undefined {
  const value = names.get(key);
  return value && { label: key, value: settled(value) };
}
