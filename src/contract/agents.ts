// What an agent plugin is registered with (agent contract §Fields): names, numbers and texts that are checked, and nothing that has
// to be looked up. The codes are those of its refusals.
import { z } from 'zod';
import { jsonObject } from './json.ts';

export const agentPluginTypes = ['log', 'metric', 'trace'] as const;
export type AgentPluginType = (typeof agentPluginTypes)[number];

/** Why an artifact could not be verified. */
export const artifactFailures = ['checksum_mismatch', 'artifact_unreachable', 'artifact_too_large'] as const;
export type ArtifactFailure = (typeof artifactFailures)[number];

export const configSchemaBytesMax = 64 * 1024;
export const unknownRuntime = 'unknown';

/** Of a field that is wrong, and of the whole refusal when nothing else is. */
export const fieldCodes = [
  'invalid_plugin_type',
  'invalid_checksum',
  'invalid_artifact_url',
  'invalid_config_schema',
  'too_complex',
] as const;
export type FieldCode = (typeof fieldCodes)[number];

/** A refinement whose refusal has a code of its own. */
function refusedAs(code: FieldCode, message: string) {
  return { error: message, params: { code } };
}

const name = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/,
    'must be 1 to 128 letters, digits, dots, underscores, spaces and hyphens, and begin with a letter or digit',
  )
  .meta({ example: 'nginx-log-collector' });

const version = z
  .string()
  .regex(/^[\x21-\x2e\x30-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters without a slash')
  .meta({ example: '2.1.0' });

const pluginType = z
  .string()
  .refine(
    (text): text is AgentPluginType => agentPluginTypes.some((type) => type === text),
    refusedAs('invalid_plugin_type', `must be one of ${agentPluginTypes.join(', ')}`),
  )
  .meta({ enum: [...agentPluginTypes] });

/** 64 digits can be verified; fewer are taken too, since the documented example has twelve, and never count as verified. */
const checksum = z
  .string()
  .refine(
    (text) => /^sha256:(?:[0-9A-Fa-f]{2}){4,32}$/.test(text),
    refusedAs('invalid_checksum', 'must be `sha256:` and 64 hexadecimal digits; no other algorithm is supported'),
  )
  .meta({ pattern: '^sha256:([0-9A-Fa-f]{2}){4,32}$', example: `sha256:${'0'.repeat(64)}` })
  .transform((text) => text.slice('sha256:'.length).toLowerCase());

export const wholeSha256Digits = 64;

/** A text that holds JSON is kept byte by byte; an object or boolean is kept as its JSON. */
const configSchema = z
  .union([z.string(), jsonObject, z.boolean()])
  .meta({ example: '{}' })
  .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)))
  .refine(
    (text) => new TextEncoder().encode(text).length <= configSchemaBytesMax,
    refusedAs('invalid_config_schema', `may have ${configSchemaBytesMax} bytes`),
  );

const pluginRuntime = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'must be a word such as go or python')
  .meta({ example: 'go' });

export const registrationSchema = z.object({
  name,
  version,
  pluginType,
  artifactUrl: z.string().max(2048).meta({
    format: 'uri',
    example: 'https://artifacts.example.com/plugins/nginx-log-collector-2.1.0.tar.gz',
  }),
  checksum,
  /** Left out: `{}`, or as it was registered before. */
  configSchema: configSchema.optional(),
  /** Left out: `unknown`, or as it was registered before. */
  pluginRuntime: pluginRuntime.optional(),
});
export type Registration = z.infer<typeof registrationSchema>;

const labelName = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
const labelsMax = 32;
export const labelsSchema = z
  .record(z.string().regex(labelName), z.string().max(255))
  .meta({ propertyNames: { pattern: labelName.source } });

/** What may be said of a version besides, and changed. Null: nothing. */
export const notesSchema = z.object({
  description: z.string().max(2000).nullish(),
  labels: labelsSchema
    .refine((labels) => Object.keys(labels).length <= labelsMax, `may be ${labelsMax} at most`)
    .optional()
    .meta({ maxProperties: labelsMax, propertyNames: { pattern: labelName.source }, example: { team: 'edge' } }),
  /** Why it should be used no more, and what instead. */
  deprecation: z.string().max(1000).nullish(),
});
export type Notes = z.infer<typeof notesSchema>;

/** Names that differ in case only are one. */
export function nameKeyOf(name: string): string {
  return name.trim().toLowerCase();
}
