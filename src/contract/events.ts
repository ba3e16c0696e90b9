// The catalogue of events. Every state change writes one; the same rows are audit log, activity feed and webhook source.
import { z } from 'zod';
import { quotaResources } from './quotas.ts';
import { scopeSchema } from './scopes.ts';
import { deploymentTypes, disableReasons, policyLevels, verdicts, verificationStates } from './states.ts';

/** A key, someone without one, the operator with the admin token, or Slipway itself (sweeps, queue consumers). */
export const actorTypes = ['key', 'anonymous', 'admin', 'system'] as const;

/** Who did it. */
export const actorRefSchema = z.object({
  type: z.enum(actorTypes),
  id: z.string(),
});
export type ActorRef = z.infer<typeof actorRefSchema>;

export const systemActor: ActorRef = { type: 'system', id: 'slipway' };

const version = z.string().describe('The id of a version, ver_…');

const eventWithData = <Shape extends z.core.$ZodShape>(description: string, shape: Shape) =>
  z.object(shape).describe(description);
const eventWithoutData = (description: string) => z.object({}).describe(description);

/** Each type with what its events say in `data`, beside what all events say. Fields are added, never taken away. */
export const eventData = {
  'organization.created': eventWithData('An organization was made.', { name: z.string() }),
  'organization.quotas_changed': eventWithData('The operator changed what an organization may have.', {
    quotas: z.partialRecord(z.enum(quotaResources), z.int().nullable()).describe('Null: as for everybody.'),
  }),
  'key.created': eventWithData('An API key was made.', {
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(scopeSchema),
    namespace_ids: z.array(z.string()).nullable(),
    expires_at: z.string().nullable(),
  }),
  'key.rotated': eventWithData('An API key has a new secret.', {
    name: z.string(),
    prefix: z.string(),
    previous_valid_until: z.string().nullable().describe('Null: the one before is over.'),
  }),
  'key.revoked': eventWithData('An API key was revoked.', { name: z.string(), prefix: z.string() }),
  'namespace.created': eventWithData('A namespace was made.', { name: z.string() }),
  'namespace.updated': eventWithData('A namespace was changed.', { fields: z.array(z.string()) }),
  'namespace.deleted': eventWithoutData('A namespace was deleted; what it holds follows.'),
  'namespace.reconfigured': eventWithData(
    "A namespace's vector features follow the plugins that are deployed in it: some were added or removed.",
    { added: z.array(z.string()), removed: z.array(z.string()) },
  ),
  'upload.created': eventWithData('A presigned URL was handed out.', { name: z.string() }),
  'upload.confirming': eventWithoutData('An upload is being read and scanned.'),
  'upload.reopened': eventWithoutData('An upload is open again, without a verdict.'),
  'upload.rejected': eventWithData('An upload was rejected for good.', {
    because: z.enum(['content', 'conflict', 'attempts']),
    errors: z.int(),
  }),
  'upload.expired': eventWithoutData('An upload was given up: nobody confirmed it in time.'),
  'version.published': eventWithData('An upload was accepted as a version.', {
    upload_id: z.string(),
    plugin_id: z.string(),
    sha256: z.string(),
  }),
  'version.deleted': eventWithData('A version was deleted.', { plugin_id: z.string() }),
  'version.verdict_changed': eventWithData(
    'The scan policy says another thing of a version than before: its rules, its level or a waiver changed. What is live stays live.',
    {
      plugin_id: z.string(),
      from: z.enum(verdicts),
      to: z.enum(verdicts),
      policy_version: z.string(),
      level: z.enum(policyLevels),
      rules: z.array(z.string()).describe('Those that reject it.'),
      live: z
        .array(z.object({ namespace_id: z.string(), deployment_id: z.string() }))
        .describe('Where it is live, up to a hundred places.'),
      live_places: z.int().describe('In how many places it is live.'),
    },
  ),
  'plugin.active_version_changed': eventWithData('Another version of a plugin is the active one, or none.', {
    to: version.nullable(),
  }),
  'plugin.enabled': eventWithData(
    "A version of an organization's plugin may be used in a namespace, or is given other parameters there.",
    { plugin_id: z.string() },
  ),
  'plugin.disabled': eventWithData("A version of an organization's plugin may not be used in a namespace any more.", {
    plugin_id: z.string(),
  }),
  'plugin.rolled_back': eventWithData(
    "A rollback was asked for; a plugin's traffic by name follows when its version can serve.",
    {
      to: version,
      from: version.nullable().describe('What served the name until then, or else was active.'),
      message: z.string().nullable(),
    },
  ),
  'scan_policy.updated': eventWithData('An organization chose another level of the scan policy.', {
    from: z.enum(policyLevels),
    to: z.enum(policyLevels),
  }),
  'waiver.granted': eventWithData('A rule was waived for a plugin.', {
    plugin: z.string().describe("A plugin's name, or the id of one of its versions."),
    rule: z.string(),
    reason: z.string(),
    expires_at: z.string(),
  }),
  'waiver.used': eventWithData('A version was accepted with findings that the waiver lets pass.', {
    plugin_id: z.string(),
    upload_id: z.string(),
    rule: z.string(),
    findings: z.int(),
  }),
  'waiver.revoked': eventWithData('A waiver was taken back.', { plugin: z.string(), rule: z.string() }),
  'waiver.expired': eventWithData('A waiver is over.', { plugin: z.string(), rule: z.string() }),
  'deployment.queued': eventWithData('A deployment was asked for.', {
    version_id: version,
    type: z.enum(deploymentTypes),
  }),
  'deployment.claimed': eventWithoutData('A worker took the deployment, for the first time or again.'),
  'deployment.building': eventWithoutData('The deployment is being built.'),
  'deployment.starting': eventWithoutData('The instance is being started.'),
  'deployment.verifying': eventWithoutData("The instance is called with the plugin's own examples."),
  'deployment.ready': eventWithoutData('The instance may take traffic.'),
  'deployment.promoted': eventWithData('The deployment serves its version.', { version_id: version }),
  'deployment.failed': eventWithData('The deployment failed for good.', { error: z.string() }),
  'deployment.superseded': eventWithoutData('A newer wish overtook the deployment.'),
  'deployment.cancelled': eventWithoutData('The deployment was cancelled on its way.'),
  'deployment.resumed': eventWithData('The deployment was draining, and serves its version again.', {
    version_id: version,
  }),
  'deployment.stopped': eventWithoutData('Nothing names the deployment any more; its instance goes.'),
  'pointer.moved': eventWithData("A plugin's traffic by name went to a version, or away from one.", {
    to: version.optional(),
    away_from: version.optional(),
  }),
  'pointer.emptied': eventWithoutData('A version serves nothing any more in a namespace.'),
  'agent_plugin.registered': eventWithData('An agent plugin was registered.', {
    name: z.string(),
    version: z.string(),
    checksum: z.string(),
    verification: z.enum(verificationStates),
  }),
  'agent_plugin.moved': eventWithData('The artifact of an agent plugin is at another URL; it is verified anew.', {
    name: z.string(),
    version: z.string(),
  }),
  'agent_plugin.pending': eventWithoutData('The artifact of an agent plugin is to be verified anew.'),
  'agent_plugin.verified': eventWithData('The artifact of an agent plugin has the checksum it was registered with.', {
    size_bytes: z.int(),
  }),
  'agent_plugin.mismatch': eventWithData('The artifact of an agent plugin has another checksum.', {
    expected: z.string(),
    actual: z.string(),
  }),
  'agent_plugin.unreachable': eventWithData('The artifact of an agent plugin could not be fetched.', {
    because: z.string(),
  }),
  'agent_plugin.described': eventWithoutData('The description, labels or deprecation of an agent plugin changed.'),
  'agent_plugin.yanked': eventWithoutData('An agent plugin was withdrawn; its version stays taken.'),
  'webhook.created': eventWithData('A webhook was made.', {
    host: z.string(),
    events: z.array(z.string()).nullable(),
    namespace_ids: z.array(z.string()).nullable(),
  }),
  'webhook.updated': eventWithData('A webhook was changed.', { fields: z.array(z.string()) }),
  'webhook.deleted': eventWithoutData('A webhook was deleted.'),
  'webhook.enabled': eventWithoutData('A webhook gets events again.'),
  'webhook.disabled': eventWithData('A webhook gets no more events: by request, answered 410, or failed for days.', {
    because: z.enum(disableReasons),
  }),
  'webhook.secret_rotated': eventWithData('A webhook has a new secret.', { previous_valid_until: z.string() }),
  'webhook.test': eventWithoutData('A test, sent to the webhook that it was asked for and to no other.'),
  'webhook.redelivered': eventWithData('A delivery was asked for again.', {
    delivery_id: z.string(),
    event_id: z.string(),
  }),
  'webhook.recovered': eventWithData('The failed deliveries of a period were asked for again.', {
    since: z.string(),
    until: z.string(),
  }),
};

export type EventType = keyof typeof eventData;
export type EventData<Type extends EventType> = z.infer<(typeof eventData)[Type]>;

export const eventTypeSchema = z.object(eventData).keyof();

/** `deployment.`, `webhook.` …: all types that begin so. */
const prefixes = [...new Set(eventTypeSchema.options.map((type) => type.slice(0, type.indexOf('.') + 1)))];

/** What a filter of events may name: a type, or the beginning of some. */
export const eventFilterSchema = z.enum([...eventTypeSchema.options, ...prefixes]);
