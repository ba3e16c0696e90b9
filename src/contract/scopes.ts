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

export const keyPresets = {
  read: ['plugins:read'],
  publish: ['plugins:read', 'plugins:write', 'plugins:deploy'],
  invoke: ['plugins:invoke'],
} as const satisfies Record<string, readonly Scope[]>;
