// What an organization may have so much of, and how much of it unless the operator says otherwise.

export const quotaResources = [
  'plugins_per_namespace',
  'stored_bytes',
  'live_deployments',
  'keys',
  'namespaces',
  'webhook_endpoints',
] as const;
export type QuotaResource = (typeof quotaResources)[number];

interface QuotaSpec {
  fallback: number;
  /** The words of a refusal: "This namespace has 10 of 10 plugins". */
  where: string;
  what: string;
}

export const quotaTable: Record<QuotaResource, QuotaSpec> = {
  /** Distinct names with an accepted version; a new version of a name costs nothing (D32). */
  plugins_per_namespace: { fallback: 10, where: 'This namespace', what: 'plugins' },
  /** Of the archives of its versions and the copies of its agents' artifacts, each digest once. */
  stored_bytes: { fallback: 10 * 2 ** 30, where: 'This organization', what: 'stored bytes' },
  /** Versions in namespaces that serve realtime calls, or are on their way there. */
  live_deployments: { fallback: 50, where: 'This organization', what: 'live deployments' },
  /** Neither revoked nor expired. */
  keys: { fallback: 100, where: 'This organization', what: 'active keys' },
  namespaces: { fallback: 100, where: 'This organization', what: 'namespaces' },
  webhook_endpoints: { fallback: 50, where: 'This organization', what: 'webhooks' },
};
