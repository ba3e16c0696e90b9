// Lists the environment variables that select the server, the API key, the namespace and the operator's admin token.

/** In order of precedence: Slipway's own names, then the names that existing clients use. */
export const environmentNames = {
  apiKey: ['SLIPWAY_API_KEY', 'MIXPEEK_API_KEY'],
  baseUrl: ['SLIPWAY_BASE_URL', 'MIXPEEK_BASE_URL', 'MIXPEEK_API_URL'],
  adminToken: ['SLIPWAY_ADMIN_TOKEN'],
  namespace: ['SLIPWAY_NAMESPACE', 'MIXPEEK_NAMESPACE', 'MIXPEEK_NAMESPACE_ID'],
} as const;
