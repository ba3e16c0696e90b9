// Says what an event is about in words: "granted network api.example.com to text_profile".

import type { components } from '../../../client/api.gen.d.ts';
import type { EventType } from '../../../contract/events/events.ts';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';

type Event = Pick<components['schemas']['Event'], 'type' | 'data'>;

/** The words after who did it. `{name}` stands for a field of the event's data. */
const sentences: Record<Exclude<EventType, 'grant.given'>, string> = {
  'organization.created': 'created the organization {name}',
  'organization.deletion_requested': 'requested the deletion of the organization',
  'organization.deletion_cancelled': 'cancelled the deletion of the organization',
  'organization.closed': 'closed the organization',
  'organization.quotas_changed': 'changed the quotas',
  'organization.renamed': 'renamed the organization to {name}',
  'organization.cluster_added': 'connected the cluster {name}',
  'organization.cluster_removed': 'removed the cluster {name}',
  'organization.jurisdiction_changed': 'restricted the next deployments to {jurisdiction}',
  'key.created': 'created the key {name}',
  'key.rotated': 'rotated the secret of the key {name}',
  'key.revoked': 'revoked the key {name}',
  'namespace.created': 'created the namespace {name}',
  'namespace.updated': 'changed {fields} of a namespace',
  'namespace.callback_secret_rotated': 'rotated the secret for callbacks',
  'namespace.deleted': 'deleted a namespace',
  'namespace.reconfigured': 'reconciled the vector features of a namespace',
  'model.set': 'stored the model {name}',
  'model.deleted': 'deleted the model {name}',
  'secret.set': 'set the secret {name}',
  'secret.deleted': 'deleted the secret {name}',
  'source.added': 'added the credential for {source}',
  'source.rotated': 'replaced the token for {source}',
  'source.removed': 'removed the credential for {source}',
  'upload.created': 'began an upload of {name}',
  'upload.confirming': 'scans an upload',
  'upload.fetched': 'fetched {commit} of {repository}',
  'upload.scanned': 'scanned an upload from Git without an error',
  'upload.built': 'built an upload from Git',
  'upload.reopened': 'opened an upload again, without a verdict',
  'upload.unchanged': 'found the content of an upload published already',
  'upload.expired': 'ended an upload that nobody confirmed',
  'upload.rejected': 'rejected an upload because of its {because}',
  'version.published': 'published {plugin_id}',
  'version.deleted': 'deleted {plugin_id}',
  'version.verdict_changed': 'changed the verdict of {plugin_id} from {from} to {to}',
  'plugin.active_version_changed': 'chose another version of a plugin',
  'plugin.enabled': 'enabled {plugin_id}',
  'plugin.disabled': 'disabled {plugin_id}',
  'plugin.rolled_back': 'rolled a plugin back: {message}',
  'scan_policy.updated': 'changed the level of the policy from {from} to {to}',
  'waiver.granted': 'waived {rule} for {plugin}: {reason}',
  'waiver.used': 'accepted {plugin_id} with findings of {rule}, which are waived',
  'waiver.revoked': 'revoked the waiver of {rule} for {plugin}',
  'waiver.expired': 'ended the waiver of {rule} for {plugin}',
  'grant.revoked': 'revoked the grant of {plugin}',
  'deployment.queued': 'requested a deployment',
  'deployment.claimed': 'began with a deployment',
  'deployment.building': 'builds for a deployment',
  'deployment.starting': 'starts the instance of a deployment',
  'deployment.verifying': 'calls the examples of a deployment',
  'deployment.ready': 'found a deployment ready for calls',
  'deployment.promoted': 'made a deployment live',
  'deployment.failed': 'ended a deployment that failed: {error}',
  'deployment.superseded': 'ended a deployment for a newer one',
  'deployment.resumed': 'made a deployment live again that was draining',
  'deployment.cancelled': 'cancelled a deployment',
  'deployment.stopped': 'stopped a deployment',
  'call.accepted': 'sent a call that is answered later',
  'call.started': 'began a call that is answered later',
  'call.requeued': 'queued a later call again',
  'call.succeeded': 'answered a later call',
  'call.failed': 'answered a later call with an error',
  'call.cancelled': 'cancelled a later call',
  'call.expired': 'ended a later call that waited too long',
  'call.callback_failed': 'could not send the result of a later call: {error}',
  'instance.no_capacity': 'found no free container for the instance of a deployment',
  'pointer.moved': 'moved the calls of a name to another version',
  'pointer.emptied': 'stopped serving a version in a namespace',
  'agent_plugin.registered': 'registered {name} {version}',
  'agent_plugin.moved': 'moved the artifact of {name} {version}',
  'agent_plugin.pending': 'checks the artifact of an agent plugin again',
  'agent_plugin.verified': 'verified an artifact of {size_bytes} bytes',
  'agent_plugin.mismatch': 'found an artifact with the checksum {actual} in place of {expected}',
  'agent_plugin.unreachable': 'could not fetch an artifact: {because}',
  'agent_plugin.described': 'changed the description of an agent plugin',
  'agent_plugin.yanked': 'yanked a version of an agent plugin',
  'deploy_hook.created': 'created a deploy hook for {plugin}',
  'deploy_hook.updated': 'changed {fields} of a deploy hook',
  'deploy_hook.deleted': 'deleted a deploy hook',
  'deploy_hook.secret_rotated': 'rotated the secret of a deploy hook',
  'run.created': 'created a run of {plugin} {version}',
  'run.started': 'began a run of {plugin} {version}',
  'run.split': 'found {rows} rows in the input of a run of {plugin} {version}',
  'run.succeeded': 'did all {rows} rows of a run of {plugin} {version}',
  'run.partial': 'ended a run of {plugin} {version}: {failed} of {rows} rows failed',
  'run.failed': 'ended a run of {plugin} {version} that failed: {error}',
  'run.cancelled': 'cancelled a run of {plugin} {version}',
  'run.expired': 'ended a run of {plugin} {version} that was never started',
  'push.received': 'received a push to {ref}',
  'push.started': 'began with a push to {ref}',
  'push.published': 'published {commit} of a push to {ref}',
  'push.deploying': 'deploys a push to {ref}',
  'push.delayed': 'tries a push to {ref} again later: {error}',
  'push.live': 'made {commit} of {ref} live',
  'push.failed': 'ended a push to {ref} that failed: {error}',
  'push.superseded': 'left out a push to {ref} for a newer one',
  'push.ignored': 'ignored a push: {because}',
  'webhook.created': 'created a webhook for {host}',
  'webhook.updated': 'changed {fields} of a webhook',
  'webhook.deleted': 'deleted a webhook',
  'webhook.enabled': 'enabled a webhook',
  'webhook.disabled': 'disabled a webhook: {because}',
  'webhook.timeout_shortened': 'shortened the time limit of a webhook to {timeout_seconds} s',
  'webhook.timeout_restored': 'restored the time limit of a webhook to {timeout_seconds} s',
  'webhook.secret_rotated': 'rotated the secret of a webhook',
  'webhook.test': 'sent a test event to a webhook',
  'webhook.redelivered': 'requested a redelivery of {event_id}',
  'webhook.recovered': 'redelivered the failed events since {since}',
};

/**
 * `subject` names what an event about a deployment or an upload is about, where that is known: `echo 1.2.0`. While a server is replaced,
 * its console may meet a type that it has no sentence for.
 */
export function eventSentence({ type, data }: Event, subject?: string): string {
  if (type === 'grant.given') return `granted ${permissionsOf(data.permissions)} to ${textOf(data.plugin)}`;
  const sentence = type in sentences ? sentences[type] : type;
  const named =
    subject === undefined
      ? sentence
      : sentence.replace(/\b(a deployment|an upload)\b(?! of)/, (what) => `${what} of ${subject}`);
  return named.replaceAll(/\{(\w+)\}/g, (_, field) => textOf(data[field]));
}

/** Names of what deployments and uploads are about, by their IDs. Only the first event of an upload has its name. */
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
