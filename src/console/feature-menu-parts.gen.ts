// The features' parts of the frame's menus, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { menuParts as identityMenuParts } from './features/identity/menu-parts.ts';

export const featureMenuParts = [...identityMenuParts] as const;
