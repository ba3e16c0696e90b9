// What an organization may have so much of, and how much of it unless the operator says otherwise.

export const quotaResources = ['plugins_per_namespace', 'keys'] as const;
export type QuotaResource = (typeof quotaResources)[number];

interface QuotaSpec {
  fallback: number;
  /** The words of a refusal: "This namespace has 10 of 10 plugins". */
  where: string;
  what: string;
}

export const quotaTable: Record<QuotaResource, QuotaSpec> = {
  /** Distinct names with an accepted version (D32). */
  plugins_per_namespace: { fallback: 10, where: 'This namespace', what: 'plugins' },
  /** Neither revoked nor expired. */
  keys: { fallback: 100, where: 'This organization', what: 'active keys' },
};
