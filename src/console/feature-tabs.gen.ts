// The features' tabs of a plugin's page, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { tabs as readmeTabs } from './features/readme/tabs.ts';
import { tabs as runsTabs } from './features/runs/tabs.ts';
import { goTabs as readmeGoTabs } from './features/readme/go-tabs.ts';

export const featureTabs = [...readmeTabs, ...runsTabs] as const;
export const featureGoTabs = [...readmeGoTabs] as const;
