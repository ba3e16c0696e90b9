// The features' pages, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { pages as deployHooksPages } from './features/deploy-hooks/pages.ts';
import { pages as sourcesPages } from './features/sources/pages.ts';

export const featurePages = [...deployHooksPages, ...sourcesPages] as const;
