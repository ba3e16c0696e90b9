// Renders deployments, status and call results for the extractor surface (mixpeek §5, rows 7-10; design §6).
import { z } from '@hono/zod-openapi';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import type { DeploymentState } from '../../../contract/states.ts';
import { isoOrNull } from '../../../core/clock.ts';
import { jsonNull, pythonType } from '../../../core/json/text.ts';
import type { Deployment, DeploymentOverview } from '../../../pointers/overview.ts';
import type { PendingUpload } from '../../../registry/versions/pending-uploads.ts';
import { type PluginVersion, versionSlug } from '../../../registry/versions/versions.ts';
import type { InstanceState } from '../../../serve/instance-state.ts';
import type { Invocation } from '../../../serve/invoke.ts';
import { instanceModel, instanceWire } from '../../responses/instance-wire.ts';
import { anyText } from '../../responses/json-answer.ts';
import { withdrawalFields, withdrawalWire } from '../../responses/withdrawal-wire.ts';
import { deploymentName, routePrefix } from '../extractor-wire.ts';
import { retryModel, retryWire } from './deployment-history-wire.ts';

/** A generous estimate for a plugin without dependencies. */
const estimatedSeconds = 5;

export const deployModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    namespace_id: z.string(),
    version: z.string(),
    status: z.enum(['queued', 'deployed']),
    deployment_type: z.enum(['batch_only', 'realtime']),
    deployed: z.boolean(),
    feature_uri: z.string(),
    message: z.string().openapi({ example: 'Deployment queued' }),
    deployment_id: z.string(),
    generation: z.int(),
    yanked: withdrawalFields.yanked,
    deprecated: withdrawalFields.deprecated,
    deployment_name: z.string().optional(),
    route_prefix: z.string().optional(),
    estimated_completion_seconds: z.int().optional(),
    queue_position: z.int().optional(),
    deployment_method: z.string().optional(),
    status_endpoint: z.string().optional(),
  })
  .openapi('DeployAnswer');

export function deployWire(
  version: PluginVersion,
  deployment: Deployment,
  { serving }: DeploymentOverview,
): z.infer<typeof deployModel> {
  const pluginId = versionSlug(version);
  const { deprecated, yanked } = withdrawalWire(version);
  const common = {
    success: true as const,
    plugin_id: pluginId,
    namespace_id: deployment.namespaceId,
    version: formatVersion(version),
    deployment_type: deployment.type,
    feature_uri: version.featureUri,
    deployment_id: deployment.id,
    generation: deployment.generation,
    yanked,
    deprecated,
  };
  if (deployment.type === 'batch_only')
    return { ...common, status: 'deployed', deployed: true, message: batchMessage(version) };
  return {
    ...common,
    status: 'queued',
    deployed: serving !== null,
    message: 'Deployment queued',
    deployment_name: deploymentName(pluginId),
    route_prefix: routePrefix(pluginId),
    estimated_completion_seconds: estimatedSeconds,
    queue_position: 1,
    deployment_method: 'blue_green',
    status_endpoint: `/v1/namespaces/${deployment.namespaceId}/plugins/${pluginId}/status`,
  };
}

export const statusModel = z
  .object({
    plugin_id: z.string(),
    namespace_id: z.string(),
    status: z.enum(['QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED', 'FAILED', 'NOT_DEPLOYED']),
    name: z.string(),
    version: z.string(),
    realtime_enabled: z.boolean(),
    message: z.string().nullable().openapi({ example: null }),
    queued_at: z.string().nullable(),
    estimated_completion_seconds: z.int().nullable(),
    deployed: z.boolean(),
    route_prefix: z.string().nullable(),
    feature_uri: z.string(),
    deployed_at: z.string().nullable(),
    error: z.string().nullable().openapi({
      description: 'Why the newest deployment failed. While it is in progress, why its last attempt failed',
    }),
    retry: retryModel,
    serving: z
      .object({
        deployment_id: z.string(),
        generation: z.int(),
        instance: instanceModel.nullable(),
      })
      .nullable(),
  })
  .openapi('PluginStatus');

export const trialAnswerModel = z
  .object({
    status: z.enum(['success', 'error']),
    inference_name: z.string(),
    raw_response: anyText.openapi({ example: { words: 3 } }),
    response_type: z.string().nullable(),
    response_keys: z.array(z.string()).nullable(),
    error: z.string().nullable(),
    message: z.string().nullable().openapi({
      example: null,
      description:
        'For an error: the line in the plugin where it was raised, if known, such as `Raised at realtime.py:8`',
    }),
    duration_ms: z.number(),
  })
  .openapi('TrialAnswer');

export const answerModel = z.object({ ...trialAnswerModel.shape, deployment_id: z.string() }).openapi('RealtimeAnswer');

export function answerWire(pluginId: string, invocation: Invocation): z.infer<typeof answerModel> {
  return { ...answerFields(pluginId, invocation), deployment_id: invocation.route.deploymentId };
}

/** The status comes first, so that a shell without a JSON parser finds it: no value of a plugin can precede it. */
export function answerFields(
  pluginId: string,
  { answer, mismatches = [] }: Pick<Invocation, 'answer' | 'mismatches'>,
): z.infer<typeof trialAnswerModel> {
  const common = { inference_name: deploymentName(pluginId), duration_ms: answer.duration_ms };
  if (answer.status === 'error') {
    const { at, message, type } = answer.error;
    return {
      status: 'error',
      ...common,
      raw_response: jsonNull,
      response_type: null,
      response_keys: null,
      error: `${type}: ${message}`,
      message: at === undefined ? 'The plugin returned no result' : `Raised at ${at}`,
    };
  }
  const { result } = answer;
  const type = pythonType(result.text);
  const keys = type === 'dict' ? [...result.keys] : null;
  const response = { raw_response: result, response_type: type, response_keys: keys };
  if (mismatches.length === 0) return { status: 'success', ...common, ...response, error: null, message: null };
  const error = `OutputMismatch: ${mismatches.join('; ')}`;
  return { status: 'error', ...common, ...response, error, message: 'The answer does not match manifest.py' };
}

type ExtractorStatus = z.infer<typeof statusModel>['status'];

const extractorStatuses: Record<DeploymentState, ExtractorStatus> = {
  queued: 'QUEUED',
  claimed: 'PENDING',
  building: 'IN_PROGRESS',
  starting: 'IN_PROGRESS',
  verifying: 'IN_PROGRESS',
  ready: 'IN_PROGRESS',
  promoted: 'DEPLOYED',
  failed: 'FAILED',
  superseded: 'NOT_DEPLOYED',
  cancelled: 'NOT_DEPLOYED',
  stopped: 'NOT_DEPLOYED',
};

/** Maps the latest attempt to a status. A batch-only deployment is NOT_DEPLOYED, because it has no realtime endpoint. */
export function extractorStatus({ newest }: DeploymentOverview): ExtractorStatus {
  if (!newest || (newest.status === 'promoted' && newest.type === 'batch_only')) return 'NOT_DEPLOYED';
  return extractorStatuses[newest.status];
}

const unfinished: ReadonlySet<ExtractorStatus> = new Set(['QUEUED', 'PENDING', 'IN_PROGRESS']);

/** Tells whether the version is live, or about to be. */
export function isDeployed(overview: DeploymentOverview): boolean {
  return overview.serving !== null || unfinished.has(extractorStatus(overview));
}

/** Returns why the latest deployment failed. While it is in progress, returns why its last attempt failed. */
export function deploymentError(overview: DeploymentOverview): string | null {
  const status = extractorStatus(overview);
  return status === 'FAILED' || unfinished.has(status) ? (overview.newest?.error ?? null) : null;
}

function batchMessage(version: PluginVersion): string {
  return version.hasRealtime
    ? 'Deployed for batch processing only'
    : 'Deployed for batch processing only: the plugin has no realtime.py';
}

export function statusWire({
  namespaceId,
  pluginId,
  version,
  overview,
  instance,
}: {
  namespaceId: string;
  pluginId: string;
  version: PluginVersion;
  overview: DeploymentOverview;
  instance: InstanceState | null;
}): z.infer<typeof statusModel> {
  const { serving, newest } = overview;
  const status = extractorStatus(overview);
  const realtime = serving?.type === 'realtime';
  const inProgress = unfinished.has(status);
  return {
    plugin_id: pluginId,
    namespace_id: namespaceId,
    status,
    name: version.name,
    version: formatVersion(version),
    realtime_enabled: realtime,
    message: messageOf({ overview, instance, inProgress, version }),
    queued_at: isoOrNull(newest?.createdAt ?? null),
    estimated_completion_seconds: inProgress ? estimatedSeconds : null,
    deployed: serving !== null,
    route_prefix: realtime ? routePrefix(pluginId) : null,
    feature_uri: version.featureUri,
    deployed_at: isoOrNull(serving?.promotedAt ?? null),
    error: deploymentError(overview),
    retry: newest && inProgress ? retryWire(newest) : null,
    serving: serving && {
      deployment_id: serving.id,
      generation: serving.generation,
      instance: instance && instanceWire(instance),
    },
  };
}

/** Renders the status of a version whose upload is still being confirmed, so that polling clients continue (D40). */
export function pendingStatusWire(namespaceId: string, upload: PendingUpload): z.infer<typeof statusModel> {
  return {
    plugin_id: versionSlug(upload),
    namespace_id: namespaceId,
    status: 'PENDING',
    name: upload.name,
    version: formatVersion(upload),
    realtime_enabled: false,
    message: 'The upload is still being scanned. Confirm it again to get the result.',
    queued_at: null,
    estimated_completion_seconds: null,
    deployed: false,
    route_prefix: null,
    feature_uri: `mixpeek://${upload.name}@${formatVersion(upload)}`,
    deployed_at: null,
    error: null,
    retry: null,
    serving: null,
  };
}

interface StatusOf {
  overview: DeploymentOverview;
  instance: InstanceState | null;
  inProgress: boolean;
  version: PluginVersion;
}

function messageOf({ overview: { serving, newest }, instance, inProgress, version }: StatusOf): string {
  const still = serving && newest && serving.id !== newest.id ? `; ${servesText(serving, instance)}` : '';
  if (inProgress && newest) return `Generation ${newest.generation} is ${newest.status}${still}`;
  if (newest?.status === 'failed') return `Generation ${newest.generation} failed${still}`;
  if (!serving) return 'Not deployed';
  if (serving.type === 'batch_only') return batchMessage(version);
  return answersText(instance) ?? 'Ready for realtime calls';
}

/** Returns whether the version that stays live during another one's deployment responds, as far as is known. */
function servesText({ generation }: Deployment, instance: InstanceState | null): string {
  const problem = answersText(instance);
  return problem === undefined
    ? `generation ${generation} still serves`
    : `generation ${generation} is live, but ${problem}`;
}

function answersText(instance: InstanceState | null): string | undefined {
  if (instance?.state === 'failing') return `its instance does not start: ${instance.error ?? 'no reason is known'}`;
  return instance?.state === 'unknown' ? 'its builder does not answer' : undefined;
}
