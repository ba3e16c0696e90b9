// The features' parts of a scan finding, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { findingParts as waiversFindingParts } from './features/waivers/finding-parts.ts';

export const featureFindingParts = [...waiversFindingParts] as const;
