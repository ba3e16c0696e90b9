// The features' pages, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { pages as deployHooksPages } from './features/deploy-hooks/pages.ts';

export const featurePages = [...deployHooksPages] as const;
