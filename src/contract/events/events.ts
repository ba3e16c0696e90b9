// Defines every event type and its data. Each state change writes an event; the same rows serve as audit log, activity feed and webhook
// source.
import { z } from 'zod';
import { goCapabilityNames } from '../builder/analyses.ts';
import { eventWithData, eventWithoutData } from '../event-data.ts';
import { featureEvents } from '../features/features.gen.ts';
import { permissionsSchema } from '../plugin/permissions.ts';
import { places } from '../plugin/version-placement.ts';
import { callPriorities, deploymentTypes, policyLevels, verdicts } from '../states.ts';
import { organizationEvents } from './organization-events.ts';
import { releaseEvents } from './release-events.ts';
import { supplyChainEvents } from './supply-chain-events.ts';

const laterCall = {
  deployment_id: z.string().nullable().describe('The deployment that answered, if one did.'),
  runs: z.int().describe('Number of attempts; more than one if a process or machine died.'),
};
const version = z.string().describe('ID of a version, `ver_…`');

/** Maps each type to the schema of its `data`. Fields are added, never removed. */
export const eventData = {
  ...organizationEvents,
  'upload.created': eventWithData('An upload with a presigned URL was created.', { name: z.string() }),
  'upload.confirming': eventWithoutData('An upload is being read and scanned.'),
  'upload.fetched': eventWithData('The commit of an upload from Git was fetched.', {
    repository: z.string(),
    ref: z.string(),
    commit: z.string(),
    path: z.string().nullable(),
  }),
  'upload.scanned': eventWithoutData('An upload from Git passed the scan.'),
  'upload.built': eventWithoutData('An upload from Git was built.'),
  'upload.reopened': eventWithoutData('An upload was reopened without a verdict.'),
  'upload.rejected': eventWithData('An upload was rejected permanently.', {
    because: z.enum(['content', 'conflict', 'attempts']),
    errors: z.int(),
  }),
  'upload.unchanged': eventWithData(
    'An upload from Git ended without a new version, because its content is already published.',
    { version_id: version },
  ),
  'upload.expired': eventWithoutData('An upload expired because it was not confirmed in time.'),
  'version.published': eventWithData('An upload was accepted and published as a version.', {
    upload_id: z.string(),
    plugin_id: z.string(),
    sha256: z.string(),
    placement: z.enum(places).optional().describe("Where a Go plugin's instances run."),
    placement_reason: z
      .string()
      .nullable()
      .optional()
      .describe('Why they need a container; null if a container was requested.'),
    capabilities: z
      .array(z.enum(goCapabilityNames))
      .optional()
      .describe("Capabilities that a Go plugin's program reaches."),
  }),
  'version.staged': eventWithData('An upload was accepted as a version that waits for approval.', {
    upload_id: z.string(),
    plugin_id: z.string(),
    sha256: z.string(),
    until: z.string().describe('When the version is deleted if nobody approves it.'),
  }),
  'version.tried': eventWithData('Someone called a version that waits for approval.', { plugin_id: z.string() }),
  'version.deleted': eventWithData('A version was deleted.', { plugin_id: z.string() }),
  'version.verdict_changed': eventWithData(
    "A version's verdict changed because the rules, the level or a waiver changed. Live versions stay live.",
    {
      plugin_id: z.string(),
      from: z.enum(verdicts),
      to: z.enum(verdicts),
      policy_version: z.string(),
      level: z.enum(policyLevels),
      rules: z.array(z.string()).describe('Rules that reject the version.'),
      live: z
        .array(z.object({ namespace_id: z.string(), deployment_id: z.string() }))
        .describe('Where the version is live: at most 100 deployments.'),
      live_places: z.int().describe('Number of namespaces in which the version is live.'),
    },
  ),
  'plugin.active_version_changed': eventWithData("A plugin's active version changed. Null: it has none.", {
    to: version.nullable(),
  }),
  'plugin.enabled': eventWithData(
    "A version of an organization's plugin was enabled in a namespace, or its parameters there were changed.",
    { plugin_id: z.string() },
  ),
  'plugin.disabled': eventWithData("A version of an organization's plugin was disabled in a namespace.", {
    plugin_id: z.string(),
  }),
  'plugin.rolled_back': eventWithData('A plugin was rolled back. Calls by name move once the version is ready.', {
    to: version,
    from: version.nullable().describe('Previously live version, or else the active one.'),
    message: z.string().nullable(),
  }),
  'scan_policy.updated': eventWithData("An organization's scan level was changed.", {
    from: z.enum(policyLevels),
    to: z.enum(policyLevels),
  }),
  'waiver.used': eventWithData('A version was accepted with findings that a waiver covers.', {
    plugin_id: z.string(),
    upload_id: z.string(),
    rule: z.string(),
    findings: z.int(),
  }),
  'grant.given': eventWithData(
    'A plugin was granted access beyond the defaults. The new grant replaces the earlier one.',
    {
      plugin: z.string(),
      kind: z.string(),
      permissions: permissionsSchema,
    },
  ),
  'grant.revoked': eventWithData(
    "A plugin's grant was revoked, or ended with its last version. Instances that use it are stopped.",
    { plugin: z.string(), kind: z.string() },
  ),
  'deployment.queued': eventWithData('A deployment was requested.', {
    version_id: version,
    type: z.enum(deploymentTypes),
  }),
  'deployment.claimed': eventWithoutData('A worker claimed the deployment, for the first time or again.'),
  'deployment.building': eventWithoutData('The deployment is being built.'),
  'deployment.starting': eventWithoutData('The instance is being started.'),
  'deployment.verifying': eventWithoutData("The instance is called with the plugin's own examples."),
  'deployment.ready': eventWithoutData('The instance is ready for traffic.'),
  'deployment.promoted': eventWithData('The deployment is live.', { version_id: version }),
  'deployment.failed': eventWithData('The deployment failed permanently.', { error: z.string() }),
  'deployment.superseded': eventWithoutData('The deployment was superseded by a newer deployment request.'),
  'deployment.cancelled': eventWithoutData('The deployment was cancelled before it went live.'),
  'deployment.resumed': eventWithData('The deployment was draining and is live again.', {
    version_id: version,
  }),
  'deployment.stopped': eventWithoutData('The deployment no longer serves, and its instance is stopped.'),
  'instance.no_capacity': eventWithoutData(
    "The deployment's instance could not start because no container was free. Reported at most every five minutes.",
  ),
  'pointer.moved': eventWithData('Calls to a plugin by name moved to a version, or away from one.', {
    to: version.optional(),
    away_from: version.optional(),
  }),
  ...releaseEvents,
  ...supplyChainEvents,
  'pointer.emptied': eventWithoutData('A version is no longer live in a namespace.'),
  'call.accepted': eventWithData('A later call was accepted.', { priority: z.enum(callPriorities) }),
  'call.started': eventWithoutData('A later call started.'),
  'call.requeued': eventWithData('A later call will run again: a process or machine died, or none had capacity.', {
    runs: z.int(),
  }),
  'call.succeeded': eventWithData('A later call succeeded.', laterCall),
  'call.failed': eventWithData('A later call failed.', laterCall),
  'call.cancelled': eventWithoutData('A later call was cancelled.'),
  'call.expired': eventWithoutData('A later call expired before its turn.'),
  'call.callback_failed': eventWithData("A later call's result could not be sent to its callback.", {
    attempts: z.int(),
    error: z.string(),
  }),
  ...featureEvents,
};

export type EventType = keyof typeof eventData;
export type EventData<Type extends EventType> = z.infer<(typeof eventData)[Type]>;

export const eventTypeSchema = z.object(eventData).keyof();

/** Type prefixes: `deployment.`, `webhook.` and so on. */
const prefixes = [...new Set(eventTypeSchema.options.map((type) => type.slice(0, type.indexOf('.') + 1)))];

/** An event filter: a type or a prefix. */
export const eventFilterSchema = z.enum([...eventTypeSchema.options, ...prefixes]);
