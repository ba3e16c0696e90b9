// The features' parts of a plugin's settings, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { panels as deployHooksPanels } from './features/deploy-hooks/panels.ts';
import { panels as waiversPanels } from './features/waivers/panels.ts';

export const featurePanels = [...deployHooksPanels, ...waiversPanels] as const;
