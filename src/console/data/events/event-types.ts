// Groups of event types, for filters. The server knows which types exist and explains a filter with an unknown one.
import type { Schemas } from '../api.ts';

export type EventFilter = Schemas['EventFilter'];

export const eventGroups = [
  'version.',
  'deployment.',
  'release.',
  'plugin.',
  'call.',
  'upload.',
  'pointer.',
  'push.',
  'run.',
  'agent_plugin.',
  'key.',
  'member.',
  'invitation.',
  'trusted_publisher.',
  'issuer.',
  'oidc.',
  'webhook.',
  'deploy_hook.',
  'grant.',
  'waiver.',
  'scan_policy.',
  'secret.',
  'source.',
  'model.',
  'namespace.',
  'organization.',
  'instance.',
] as const satisfies readonly EventFilter[];

export function isEventFilter(text: string | undefined): text is EventFilter {
  return text !== undefined && text !== '';
}
