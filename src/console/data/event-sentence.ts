// Says what an event is about in words: "granted network api.example.com to text_profile".

import type { components } from '../../client/api.gen.d.ts';
import { listPermissions } from '../../contract/plugin/permission-text.ts';

type Event = Pick<components['schemas']['Event'], 'type' | 'data'>;

/** The words after who did it. `{name}` stands for a field of the event's data. */
const sentences: Record<string, string> = {
  'organization.created': 'created the organization {name}',
  'organization.quotas_changed': 'changed the quotas',
  'organization.renamed': 'renamed the organization to {name}',
  'organization.jurisdiction_changed': 'restricted the next deployments to {jurisdiction}',
  'key.created': 'created the key {name}',
  'key.rotated': 'rotated the secret of the key {name}',
  'key.revoked': 'revoked the key {name}',
  'namespace.created': 'created the namespace {name}',
  'namespace.updated': 'changed {fields} of a namespace',
  'namespace.deleted': 'deleted a namespace',
  'namespace.reconfigured': 'reconciled the vector features of a namespace',
  'model.set': 'stored the model {name}',
  'model.deleted': 'deleted the model {name}',
  'secret.set': 'set the secret {name}',
  'secret.deleted': 'deleted the secret {name}',
  'upload.created': 'began an upload of {name}',
  'upload.confirming': 'scans an upload',
  'upload.fetched': 'fetched {commit} of {repository}',
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
  'deployment.promoted': 'made a deployment live',
  'deployment.failed': 'ended a deployment that failed: {error}',
  'deployment.cancelled': 'cancelled a deployment',
  'deployment.stopped': 'stopped a deployment',
  'pointer.moved': 'moved the calls of a name to another version',
  'agent_plugin.registered': 'registered {name} {version}',
  'agent_plugin.moved': 'moved the artifact of {name} {version}',
  'deploy_hook.created': 'created a deploy hook for {plugin}',
  'deploy_hook.updated': 'changed {fields} of a deploy hook',
  'deploy_hook.deleted': 'deleted a deploy hook',
  'deploy_hook.secret_rotated': 'rotated the secret of a deploy hook',
  'push.received': 'received a push to {ref}',
  'push.ignored': 'ignored a push: {because}',
  'webhook.created': 'created a webhook for {url}',
};

export function eventSentence({ type, data }: Event): string {
  if (type === 'grant.given') return `granted ${permissionsOf(data.permissions)} to ${textOf(data.plugin)}`;
  const sentence = sentences[type];
  if (sentence !== undefined) return sentence.replaceAll(/\{(\w+)\}/g, (_, field) => textOf(data[field]));
  const [what = '', happened = ''] = type.split('.').map((word) => word.replaceAll('_', ' '));
  return `${happened}: ${what}`;
}

function permissionsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'nothing';
  return listPermissions(value).join(', ') || 'nothing';
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? value.map(textOf).join(', ') : String(value);
}
