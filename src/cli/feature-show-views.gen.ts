// The features' options of `slipway show`, generated from src/cli/features by scripts/generate/features.ts. Do not edit.
import { options as readmeShowOptions } from './features/readme/show-views.ts';
import { views as readmeShowViews } from './features/readme/show-views.ts';

export const featureShowOptions = { ...readmeShowOptions };
export const featureShowViews = [...readmeShowViews] as const;
