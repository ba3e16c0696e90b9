// Compares how two versions describe themselves to people and models: the description, the schemas, and a Go plugin's actions. The files
// alone don't show this: an upload's description is in no file, and a literal may hide its characters behind escapes. Pure.
import type { PluginVersion } from '../versions/versions.ts';

export interface DescriptionChange {
  /** Place of the text, such as `input_schema.properties.text.description`. */
  where: string;
  /** Null if the version has no such text. */
  from: string | null;
  to: string | null;
}

type Described = Pick<PluginVersion, 'definition' | 'description' | 'manifest'>;

/** Returns the texts that differ. They are no longer than the manifests. */
export function descriptionChanges(before: Described, after: Described): DescriptionChange[] {
  const [old, now] = [textsOf(before), textsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((where) => ({ where, from: old.get(where) ?? null, to: now.get(where) ?? null }))
    .filter(({ from, to }) => from !== to);
}

/** Returns every text by its place. Numbers, flags and empty members are written as JSON. */
function textsOf({ definition, description, manifest }: Described): Map<string, string> {
  const texts = new Map<string, string>();
  const add = (where: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    const members = typeof value === 'object' ? Object.entries(value) : [];
    for (const [name, inner] of members) add(placeIn(where, name), inner);
    if (members.length === 0) texts.set(where, typeof value === 'string' ? value : JSON.stringify(value));
  };
  add('description', ownDescription({ definition, description, manifest }));
  for (const field of ['input_schema', 'parameter_schema', 'output_schema'] as const) add(field, manifest?.[field]);
  add('actions', definition?.actions);
  return texts;
}

/** Returns a place that no other member has: a name with a dot could hide the text of another. */
function placeIn(where: string, name: string): string {
  return /^[\w$-]+$/.test(name) ? `${where}.${name}` : `${where}[${JSON.stringify(name)}]`;
}

/** Returns the upload's description, or else the manifest's. */
export function ownDescription({ definition, description, manifest }: Described): string | null {
  return description ?? manifest?.description ?? definition?.description ?? null;
}
