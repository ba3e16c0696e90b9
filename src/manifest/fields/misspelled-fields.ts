// Warns about names in manifest.py that resemble a field that isn't declared. All other names are the author's own.
import type { Finding } from '../../contract/findings/finding.ts';
import { manifestSchema } from '../../contract/plugin/manifest.ts';
import { nearest } from '../../core/nearest.ts';
import { manifestFinding } from '../findings.ts';
import type { Names, Value } from '../python/value.ts';
import { findDeclaration, metadataValue } from './declaration.ts';

const fields = Object.keys(manifestSchema.shape).filter((field) => field !== 'requirements');
const others = ['metadata', 'name', 'requirements', 'resource_type'];
const editsMax = 2;
/** Minimum length of the names to compare. Shorter ones resemble each other by chance. */
const lengthMin = 4;

export function misspelledFields(names: Names): Finding[] {
  const metadata = metadataValue(names);
  const entries = metadata?.kind === 'dict' ? [...metadata.entries] : [];
  const written: [label: string, key: string, value: Value][] = [
    ...[...names].map(([key, value]): [string, string, Value] => [key, key, value]),
    ...entries.map(([key, { value }]): [string, string, Value] => [`metadata["${key}"]`, key, value]),
  ];
  const missing = fields.filter((field) => findDeclaration(names, field) === undefined);
  return written.flatMap(([label, key, { at, kind }]) => {
    if (kind === 'unresolved' || kind === 'class' || key.length < lengthMin) return [];
    if (fields.includes(key) || others.includes(key)) return [];
    const meant = nearest(key, missing, key.length < 2 * lengthMin ? 1 : editsMax);
    if (meant === undefined) return [];
    const message = `${label} is not a manifest field and is ignored. Did you mean ${meant}?`;
    return [manifestFinding('SLM402', at, label, message)];
  });
}
