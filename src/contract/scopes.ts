// Lists the scopes that a key can have. Imports nothing: the command line loads it for every help text.

export const scopes = [
  'plugins:read',
  'plugins:write',
  'plugins:deploy',
  'plugins:invoke',
  'namespaces:admin',
  'policy:admin',
  'webhooks:admin',
  'keys:admin',
  'audit:read',
] as const;

export type Scope = (typeof scopes)[number];
