// Validates an agent plugin's registration (agent contract §Fields): names, numbers and texts that need no lookup, and their fields'
// error codes.
import { z } from 'zod';
import { jsonObject } from '../../json.ts';
import { agentBodies } from './limits.ts';

export const agentPluginTypes = ['log', 'metric', 'trace'] as const;
export type AgentPluginType = (typeof agentPluginTypes)[number];

/** Why an artifact could not be verified. */
export const artifactFailures = ['checksum_mismatch', 'artifact_unreachable', 'artifact_too_large'] as const;
export type ArtifactFailure = (typeof artifactFailures)[number];

export const unknownRuntime = 'unknown';

/** Code of an invalid field, and of the whole error if all its fields have the same code. */
export const fieldCodes = [
  'invalid_plugin_type',
  'invalid_checksum',
  'invalid_artifact_url',
  'invalid_config_schema',
  'too_complex',
] as const;
export type FieldCode = (typeof fieldCodes)[number];

/** Returns the parameters of a refinement that fails with its own code. */
function failsWith(code: FieldCode, message: string) {
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
    failsWith('invalid_plugin_type', `must be one of ${agentPluginTypes.join(', ')}`),
  )
  .meta({ enum: [...agentPluginTypes] });

/** 64 digits can be verified. Fewer are accepted because the documented example has twelve, but never count as verified. */
const checksum = z
  .string()
  .refine(
    (text) => /^sha256:(?:[0-9A-Fa-f]{2}){4,32}$/.test(text),
    failsWith('invalid_checksum', 'must be `sha256:` and 64 hexadecimal digits; no other algorithm is supported'),
  )
  .meta({ pattern: '^sha256:([0-9A-Fa-f]{2}){4,32}$', example: `sha256:${'0'.repeat(64)}` })
  .transform((text) => text.slice('sha256:'.length).toLowerCase());

export const wholeSha256Digits = 64;

/** JSON sent as a string is stored byte for byte; an object or boolean is serialized. */
const configSchema = z
  .union([z.string(), jsonObject, z.boolean()])
  .meta({ example: '{}' })
  .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)))
  .refine(
    (text) => new TextEncoder().encode(text).length <= agentBodies.configSchemaBytes,
    failsWith('invalid_config_schema', `must be at most ${agentBodies.configSchemaBytes} bytes`),
  );

const pluginRuntime = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'must be a single word, such as go or python')
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
  /** Defaults to the registered value, or to `{}` for a new version. */
  configSchema: configSchema.optional(),
  /** Defaults to the registered value, or to `unknown` for a new version. */
  pluginRuntime: pluginRuntime.optional(),
});
export type Registration = z.infer<typeof registrationSchema>;

const labelName = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
const labelsMax = 32;
export const labelsSchema = z
  .record(z.string().regex(labelName), z.string().max(255))
  .meta({ propertyNames: { pattern: labelName.source } });

/** Fields that can change after registration. Null clears a field. */
export const notesSchema = z.object({
  description: z.string().max(2000).nullish(),
  labels: labelsSchema
    .refine((labels) => Object.keys(labels).length <= labelsMax, `must be at most ${labelsMax} labels`)
    .optional()
    .meta({ maxProperties: labelsMax, propertyNames: { pattern: labelName.source }, example: { team: 'edge' } }),
  /** Why not to use the version anymore, and what to use instead. */
  deprecation: z.string().max(1000).nullish(),
  /** Offers a yanked version again. DELETE yanks one. */
  yanked: z.literal(false).optional(),
});
export type Notes = z.infer<typeof notesSchema>;

/** Returns the key for comparing names, which are case-insensitive. */
export function agentNameKey(name: string): string {
  return name.trim().toLowerCase();
}
