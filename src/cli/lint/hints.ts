// Finds what a plugin's callers would miss. A hint is no finding: the plugin is as safe as another, so a hint never fails a check.
import { z } from 'zod';
import { argumentName } from '../../contract/plugin/argument-names.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { readmePlaceholder, readmeText } from '../../contract/plugin/readme.ts';
import { objectSchema } from '../../json-schema/object-schema.ts';

const missingReadme = 'no README.md: callers see what the plugin does only in its code';
const narrowedSchema =
  'agents may not follow input_schema: begin it with "type": "object" and "properties", without $ref, anyOf, oneOf or allOf beside them';
const unseenName = (name: string) =>
  `agents don't see the input ${JSON.stringify(name)}: its name needs 1 to 64 of A-Z, a-z, 0-9, "_", "." and "-"`;

/** Keywords that agents' clients don't follow at the root of a tool's schema. */
const unfollowed = ['$ref', 'anyOf', 'oneOf', 'allOf'];

interface ReadmeFile {
  path: string;
  bytes: Uint8Array;
}

export function pluginHints(readme: ReadmeFile | undefined, manifest: Manifest | null | undefined): string[] {
  const schema = manifest?.input_schema && objectSchema(manifest.input_schema);
  const isNarrowed =
    schema && !isOnlyNamed(schema) && (schema.type !== 'object' || unfollowed.some((keyword) => keyword in schema));
  const names = Object.keys(z.record(z.string(), z.unknown()).catch({}).parse(schema?.properties));
  const unseen = names.find((name) => !argumentName.test(name));
  return [
    ...readmeHints(readme),
    ...(isNarrowed ? [narrowedSchema] : []),
    ...(unseen === undefined ? [] : [unseenName(unseen)]),
  ];
}

function readmeHints(readme: ReadmeFile | undefined): string[] {
  if (!readme) return [missingReadme];
  const text = readmeText(readme.bytes);
  if (text === undefined) return [`${readme.path} is not UTF-8, so callers don't see it: save it as UTF-8`];
  return text.includes(readmePlaceholder) ? [`${readme.path} still says "${readmePlaceholder}": replace it`] : [];
}

/** Returns whether the schema of a class has only the class's name, which a warning explains. */
function isOnlyNamed(schema: object): boolean {
  return Object.keys(schema).join() === 'title';
}
