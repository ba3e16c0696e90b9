// Adds granting to the actions on a plugin's permissions.
import { lazyPart } from '../../parts/connection/load-code.ts';
import type { PermissionAction } from '../../points/permission-action.ts';

export const permissionActions: readonly PermissionAction[] = [
  { name: 'grant', scope: 'policy:admin', Action: lazyPart(() => import('./new-grant.tsx')) },
];
