// The features' actions on a plugin's permissions, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { permissionActions as grantsPermissionActions } from './features/grants/permission-actions.ts';

export const featurePermissionActions = [...grantsPermissionActions] as const;
