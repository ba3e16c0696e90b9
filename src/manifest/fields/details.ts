// Reads the fields of manifest.py other than name, version, features and dependencies. Ignores an unreadable value with a warning; a
// readable schema must be valid.
import { z } from 'zod';
import { ageSchema } from '../../contract/advisories.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';
import { modelLimits, tagLimits } from '../../contract/limits/manifest.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { modelName } from '../../contract/plugin/models.ts';
import { tag, tagsSchema } from '../../contract/plugin/tags.ts';
import { manifestFinding, unreadableMessage, wrongKindMessage } from '../findings.ts';
import { toJson } from '../python/to-json.ts';
import type { Names } from '../python/value.ts';
import { readClassSchema } from '../schemas/class-schemas.ts';
import { gapFindings, schemaFindings } from '../schemas/schema-problems.ts';
import { findDeclaration } from './declaration.ts';

type ReadElsewhere =
  | 'feature_extractor_name'
  | 'version'
  | 'feature_uri'
  | 'features'
  | 'dependencies'
  | 'permissions'
  | 'requirements';
export type Details = Omit<Manifest, ReadElsewhere>;

export interface DetailsReading {
  details: Details;
  problems: Finding[];
  warnings: Finding[];
}

export function readDetails(names: Names): DetailsReading {
  const problems: Finding[] = [];
  const warnings: Finding[] = [];
  const schema = (key: string) => readSchema(names, key, { problems, warnings });
  const field = <T>(key: string, noun: string, accept: (json: Json) => T | undefined): T | null =>
    readField(names, key, { noun, accept }, warnings);
  const models = readList(names, modelField, warnings);
  const tags = readList(names, tagField, warnings);
  const older = field('dependencies_older_than', 'an age such as "3d"', (json) => ageSchema.safeParse(json).data);
  const details = {
    ...(models === null ? {} : { models }),
    ...(tags === null ? {} : { tags }),
    ...(older === null ? {} : { dependencies_older_than: older }),
    description: field('description', 'a string', asText),
    category: field('category', 'a string', asText),
    supported_input_types: field('supported_input_types', 'a list of strings', listOf(asText)),
    input_schema: schema('input_schema'),
    output_schema: schema('output_schema'),
    parameter_schema: schema('parameter_schema'),
    required_vector_indexes: field('required_vector_indexes', 'a list of dicts', listOf(asObject)),
    compute_profile: field('compute_profile', 'a dict', asObject),
    serve_config: field('serve_config', 'a dict', asObject),
    cost_rates: field('cost_rates', 'a list of dicts', listOf(asObject)),
    tier: field('tier', 'a whole number', asWholeNumber),
    tier_label: field('tier_label', 'a string', asText),
    input_mappings: field('input_mappings', 'a dict', asObject),
  };
  return { details, problems, warnings };
}

/** Returns a class's JSON Schema, only a title for an imported class, or a dict as it is. */
function readSchema(
  names: Names,
  key: string,
  { problems, warnings }: Omit<DetailsReading, 'details'>,
): JsonObject | null {
  const declaration = findDeclaration(names, key);
  if (!declaration) return null;
  const { label, value } = declaration;
  if (value.kind === 'unresolved' && value.name !== undefined) {
    const text = "is not a class of manifest.py, so the schema has only the class's name";
    warnings.push(...gapFindings(label, [{ at: value.at, subject: value.name, text }]));
    return { title: value.name };
  }
  const noun = 'a Pydantic class or a dict';
  const mode = key === 'output_schema' ? 'serialization' : 'validation';
  const read = value.kind === 'class' ? readClassSchema(value.schema, names, mode) : undefined;
  const json = read?.json ?? readField(names, key, { noun, accept: asObject }, warnings);
  const found = json && schemaFindings({ json, label, value, places: read?.places });
  problems.push(...(found?.problems ?? []));
  warnings.push(...gapFindings(label, read?.gaps ?? []), ...(found?.warnings ?? []));
  return json;
}

interface FieldType<T> {
  noun: string;
  accept: (json: Json) => T | undefined;
}

function readField<T>(names: Names, key: string, { accept, noun }: FieldType<T>, warnings: Finding[]): T | null {
  const declaration = findDeclaration(names, key);
  if (!declaration || declaration.value.kind === 'none') return null;
  const { label, value } = declaration;
  const reading = toJson(value);
  const accepted = 'json' in reading ? accept(reading.json) : undefined;
  if (accepted !== undefined) return accepted;
  const reason =
    'json' in reading
      ? wrongKindMessage(label, value, noun)
      : unreadableMessage(reading.problem === value ? label : `Part of ${label}`, reading.problem);
  const at = 'json' in reading ? value.at : reading.problem.at;
  warnings.push(
    manifestFinding('SLM402', at, key, `${reason} The field is ignored. Write ${noun}, using only literals.`),
  );
  return null;
}

interface NamesField {
  key: string;
  /** Plural noun with "of up to N". */
  noun: string;
  one: z.ZodType<string>;
  all: z.ZodType<string[]>;
  /** Follows the name in the warning. */
  isNot: string;
  /** Last sentences of the warning. */
  effect: string;
}

const modelField: NamesField = {
  key: 'models',
  noun: `a list of up to ${modelLimits.perVersionMax} names of models`,
  one: modelName,
  all: z.array(modelName).max(modelLimits.perVersionMax),
  isNot: 'is not the name of a model',
  effect: 'so the plugin gets none of its models. Write the names that `slipway models list` shows.',
};

const tagField: NamesField = {
  key: 'tags',
  noun: `a list of up to ${tagLimits.perPluginMax} tags`,
  one: tag,
  all: tagsSchema,
  isNot: 'is not a tag',
  effect: 'so the plugin has no tags. Write tags such as "pdf" or "named-entities".',
};

/** Ignores the whole list if one name is wrong. The warning says which. */
function readList(
  names: Names,
  { all, effect, isNot, key, noun, one }: NamesField,
  warnings: Finding[],
): string[] | null {
  const declaration = findDeclaration(names, key);
  const reading = declaration && toJson(declaration.value);
  const listed = reading && 'json' in reading ? listOf(asText)(reading.json) : undefined;
  for (const name of listed ?? []) {
    const problem = one.safeParse(name).error?.issues[0]?.message;
    if (!declaration || problem === undefined) continue;
    const message = `${declaration.label} names ${JSON.stringify(name)}, which ${isNot}: it ${problem}. The field is ignored, ${effect}`;
    warnings.push(manifestFinding('SLM402', declaration.value.at, key, message));
    return null;
  }
  return readField(names, key, { noun, accept: (json) => all.safeParse(json).data }, warnings);
}

function asText(json: Json): string | undefined {
  return typeof json === 'string' ? json : undefined;
}

function asWholeNumber(json: Json): number | undefined {
  return typeof json === 'number' && Number.isInteger(json) ? json : undefined;
}

function asObject(json: Json): JsonObject | undefined {
  return isJsonObject(json) ? json : undefined;
}

function listOf<T>(accept: (json: Json) => T | undefined): (json: Json) => T[] | undefined {
  return (json) => {
    if (!Array.isArray(json)) return undefined;
    const items = json.map(accept).filter((item) => item !== undefined);
    return items.length === json.length ? items : undefined;
  };
}
