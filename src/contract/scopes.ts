// Lists the scopes that a key can have.
import { z } from 'zod';

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

export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;
