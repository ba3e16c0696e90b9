// Defines what features add to the actions on a plugin's permissions.
import type { ComponentType } from 'react';
import type { Scope } from '../../contract/scopes.ts';

export interface PermissionAction {
  name: string;
  /** Keys without it don't see the action. */
  scope: Scope;
  Action: ComponentType<{ plugin: string; className: string }>;
}
