// Describes an event in words: "granted network api.example.com to text_profile".
import type { components } from '../../../client/api.gen.d.ts';
import type { EventType } from '../../../contract/events/events.ts';
import { featureSentences } from '../../../contract/features/sentences.gen.ts';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';

type Event = Pick<components['schemas']['Event'], 'type' | 'data'>;

/** The words after the actor. `{name}` stands for a field in the event's data. */
const sentences: Record<Exclude<EventType, 'grant.given'>, string> = {
  'organization.created': 'created the organization {name}',
  'organization.deletion_requested': 'requested the deletion of the organization',
  'organization.deletion_cancelled': 'cancelled the deletion of the organization',
  'organization.closed': 'closed the organization',
  'organization.quotas_changed': 'changed the quotas',
  'budget.changed': 'changed a monthly budget',
  'budget.reached': 'found {percent}% of the {resource} budget for {month} spent',
  'organization.renamed': 'renamed the organization to {name}',
  'organization.jurisdiction_changed': 'restricted the next deployments to {jurisdiction}',
  'organization.placement_changed': 'set the default placement to {placement}',
  'key.created': 'created the key {name}',
  'key.rotated': 'rotated the secret of the key {name}',
  'key.revoked': 'revoked the key {name}',
  'namespace.created': 'created the namespace {name}',
  'namespace.updated': "changed a namespace's {fields}",
  'namespace.placement_changed': "set a namespace's default placement to {placement}",
  'namespace.callback_secret_rotated': 'rotated the callback secret',
  'namespace.deleted': 'deleted a namespace',
  'namespace.approval_changed': 'changed whether new versions in a namespace wait for approval',
  'upload.created': 'started an upload of {name}',
  'upload.confirming': 'scans an upload',
  'upload.fetched': 'fetched {commit} of {repository}',
  'upload.scanned': 'scanned an upload from Git without errors',
  'upload.built': 'built an upload from Git',
  'upload.reopened': 'reopened an upload without a verdict',
  'upload.unchanged': 'found the content of an upload already published',
  'upload.expired': 'expired an upload that nobody confirmed',
  'upload.rejected': 'rejected an upload because of its {because}',
  'version.published': 'published {plugin_id}',
  'version.staged': 'published {plugin_id}, which waits for approval',
  'version.tried': 'tried {plugin_id} before its approval',
  'version.deleted': 'deleted {plugin_id}',
  'version.verdict_changed': 'changed the verdict of {plugin_id} from {from} to {to}',
  'version.affected': 'found {count} advisories that affect {plugin_id}',
  'version.yanked': 'yanked {plugin_id}: {reason}',
  'version.unyanked': 'offered the yanked {plugin_id} again',
  'version.deprecated': 'deprecated {plugin_id}: {reason}',
  'version.undeprecated': 'withdrew the deprecation of {plugin_id}',
  'limit.changed': 'changed the limit of calls of {name}',
  'version.quarantined': 'quarantined {plugin_id}: {reason}',
  'version.unquarantined': 'lifted the quarantine of {plugin_id}',
  'plugin.active_version_changed': 'chose another version of a plugin',
  'plugin.enabled': 'enabled {plugin_id}',
  'plugin.disabled': 'disabled {plugin_id}',
  'plugin.rolled_back': 'rolled a plugin back: {message}',
  'scan_policy.updated': 'changed the policy level from {from} to {to}',
  'waiver.used': 'accepted {plugin_id} with waived {rule} findings',
  'grant.revoked': 'revoked the grant of {plugin}',
  'deployment.queued': 'requested a deployment',
  'deployment.claimed': 'started a deployment',
  'deployment.building': 'builds a deployment',
  'deployment.starting': 'starts the instance for a deployment',
  'deployment.verifying': 'runs the examples of a deployment',
  'deployment.ready': 'found a deployment ready for calls',
  'deployment.promoted': 'made a deployment live',
  'release.started': 'started to release a version step by step, with {percent}% of calls',
  'release.stepped': 'moved to {percent}% of calls in a release',
  'release.paused': 'paused a release: {reason}',
  'release.resumed': 'resumed a release',
  'release.reverted': 'reverted a release: {reason}',
  'release.succeeded': 'completed a release',
  'release.cancelled': 'cancelled a release: {reason}',
  'deployment.failed': 'ended a deployment that failed: {error}',
  'deployment.superseded': 'superseded a deployment with a newer one',
  'deployment.resumed': 'made a deployment live again while it drained',
  'deployment.cancelled': 'cancelled a deployment',
  'deployment.stopped': 'stopped a deployment',
  'call.accepted': 'sent a later call',
  'call.started': 'started a later call',
  'call.requeued': 'requeued a later call',
  'call.succeeded': 'answered a later call',
  'call.failed': 'answered a later call with an error',
  'call.cancelled': 'cancelled a later call',
  'call.expired': 'expired a later call that waited too long',
  'call.callback_failed': "could not send a later call's result: {error}",
  'instance.no_capacity': 'found no free container for a deployment',
  'pointer.moved': 'switched a plugin name to another version',
  'pointer.emptied': 'stopped serving a version in a namespace',
  ...featureSentences,
};

/**
 * Returns the sentence for an event. `subject` names its deployment or upload if known: `echo 1.2.0`. During a server upgrade, the
 * console may receive an event type that it has no sentence for.
 */
export function eventSentence({ type, data }: Event, subject?: string): string {
  if (type === 'grant.given') return `granted ${permissionsOf(data.permissions)} to ${textOf(data.plugin)}`;
  const known = type in sentences ? sentences[type] : type;
  const sentence = known.replace(/: \{(\w+)\}$/, (reason, field) => ((data[field] ?? null) === null ? '' : reason));
  const named =
    subject === undefined
      ? sentence
      : sentence.replace(/\b(a deployment|an upload)\b(?! of)/, (what) => `${what} of ${subject}`);
  return named.replaceAll(/\{(\w+)\}/g, (_, field) => textOf(data[field]));
}

/** Returns the names of deployments' and uploads' plugins, by ID. Only an upload's first event has its name. */
export function subjectNames(
  events: readonly Pick<components['schemas']['Event'], 'type' | 'data' | 'subject_id'>[],
  deployments: readonly Pick<components['schemas']['DeploymentEntry'], 'deployment_id' | 'name' | 'version'>[],
): Map<string, string> {
  const uploads = events.filter(({ type }) => type === 'upload.created');
  return new Map([
    ...uploads.map(({ subject_id, data }) => [subject_id, textOf(data.name)] as const),
    ...deployments.map(({ deployment_id, name, version }) => [deployment_id, `${name} ${version}`] as const),
  ]);
}

function permissionsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'nothing';
  return listPermissions(value).join(', ') || 'nothing';
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? value.map(textOf).join(', ') : String(value);
}
