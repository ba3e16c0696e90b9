// The names under which the environment says which server, key and namespace are meant.

/** Each documented name, most telling first (ux.md's own, then the names that existing clients read). */
export const environmentNames = {
  apiKey: ['SLIPWAY_API_KEY', 'MIXPEEK_API_KEY'],
  baseUrl: ['SLIPWAY_BASE_URL', 'MIXPEEK_BASE_URL', 'MIXPEEK_API_URL'],
  namespace: ['SLIPWAY_NAMESPACE', 'MIXPEEK_NAMESPACE', 'MIXPEEK_NAMESPACE_ID'],
} as const;
