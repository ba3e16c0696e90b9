// Renders agent plugins as JSON: the nine documented fields, and the artifact's state (agent contract §Fields).
import { z } from '@hono/zod-openapi';
import { quarantineField, quarantineWire } from '../../../api/responses/withdrawal-wire.ts';
import { agentPluginTypes, artifactFailures, labelsSchema } from '../../../contract/features/agents/registration.ts';
import { verificationStates } from '../../../contract/features/agents/states.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import type { AgentArtifact } from '../verification.ts';

export const agentModel = z
  .object({
    id: z.string().openapi({ example: 'plg_01m7wc54fherz84624ahd0kr7h' }),
    name: z.string().openapi({ example: 'nginx-log-collector' }),
    version: z.string().openapi({ example: '2.1.0' }),
    pluginType: z.enum(agentPluginTypes),
    artifactUrl: z.string().openapi({ example: 'https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz' }),
    checksum: z.string().openapi({
      description: '`sha256:` and hexadecimal digits',
      example: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
    configSchema: z.string().openapi({ description: 'JSON Schema, as a string', example: '{"type":"object"}' }),
    pluginRuntime: z.string().openapi({ example: 'go' }),
    registeredAt: z.iso.datetime(),
    verification: z.enum(verificationStates),
    verificationDetails: z.object({
      failure: z.enum(artifactFailures).nullable().openapi({ example: null }),
      message: z.string().nullable().openapi({ example: null }),
      actualChecksum: z.string().nullable().openapi({ example: null }),
      sizeBytes: z.int().nullable().openapi({ example: 1_048_576 }),
      contentType: z.string().nullable().openapi({ example: 'application/gzip' }),
      attempts: z.int().openapi({ description: 'Attempts since the verification became pending' }),
      checkedAt: z.iso.datetime().nullable(),
      nextCheckAt: z.iso.datetime().nullable().openapi({ description: 'Null until the artifact is requested' }),
    }),
    mirrored: z.boolean().openapi({ description: 'Whether Slipway has a copy with this checksum' }),
    yanked: z.boolean(),
    yankReason: z.string().nullable().openapi({ example: null }),
    quarantined: quarantineField,
    description: z.string().nullable().openapi({ example: 'Collects the access log of nginx.' }),
    labels: labelsSchema,
    deprecation: z.string().nullable().openapi({ description: 'Why the version should no longer be used' }),
  })
  .openapi('AgentPlugin');

export const agentPageModel = z
  .object({
    plugins: z.array(agentModel),
    nextCursor: z.string().nullable(),
  })
  .openapi('AgentPluginPage');

export const agentVersionsModel = z
  .object({
    name: z.string().openapi({ example: 'nginx-log-collector' }),
    latest: agentModel.nullable(),
    versions: z.array(agentModel),
  })
  .openapi('AgentPluginVersions');

export function agentWire(artifact: AgentArtifact): z.infer<typeof agentModel> {
  return {
    id: artifact.id,
    name: artifact.name,
    version: artifact.version,
    pluginType: artifact.pluginType,
    artifactUrl: artifact.artifactUrl,
    checksum: `sha256:${artifact.checksum}`,
    configSchema: artifact.configSchema,
    pluginRuntime: artifact.pluginRuntime,
    registeredAt: wholeSeconds(artifact.registeredAt),
    verification: artifact.verification,
    verificationDetails: {
      failure: artifact.failure,
      message: artifact.failureDetail,
      actualChecksum: artifact.actualSha256 === null ? null : `sha256:${artifact.actualSha256}`,
      sizeBytes: artifact.sizeBytes,
      contentType: artifact.contentType,
      attempts: artifact.attempts,
      checkedAt: isoOrNull(artifact.checkedAt),
      nextCheckAt: isoOrNull(artifact.nextCheckAt),
    },
    mirrored: artifact.mirrored,
    yanked: artifact.yankedAt !== null,
    yankReason: artifact.yankReason,
    quarantined: quarantineWire(artifact.quarantined),
    description: artifact.description,
    labels: artifact.labels ?? {},
    deprecation: artifact.deprecation,
  };
}

/** Formats a time in whole seconds, as in the documented example. */
function wholeSeconds(ms: number): string {
  return iso(ms).replace(/\.\d{3}Z$/, 'Z');
}
