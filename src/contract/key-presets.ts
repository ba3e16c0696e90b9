// Names sets of scopes for usual purposes, for the command line and the console.
import type { Scope } from './scopes.ts';

export const keyPresets = {
  read: ['plugins:read'],
  publish: ['plugins:read', 'plugins:write', 'plugins:deploy'],
  invoke: ['plugins:invoke'],
} as const satisfies Record<string, readonly Scope[]>;
