// The features' ways of finding plugins, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { finders as searchFinders } from './features/search/finders.ts';

export const featureFinders = [...searchFinders] as const;
