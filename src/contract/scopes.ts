export const scopes = [
  'plugins:read',
  'plugins:write',
  'plugins:deploy',
  'plugins:invoke',
  'versions:approve',
  'namespaces:admin',
  'policy:admin',
  'sources:admin',
  'webhooks:admin',
  'keys:admin',
  'audit:read',
] as const;

export type Scope = (typeof scopes)[number];

/** Scopes of a CI job. It can neither approve versions, which needs a person, nor act beyond the plugins that it publishes. */
export const publisherScopes = ['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'] as const;

export const keyPresets = {
  read: ['plugins:read'],
  publish: ['plugins:read', 'plugins:write', 'plugins:deploy'],
  invoke: ['plugins:invoke'],
} as const satisfies Record<string, readonly Scope[]>;
