// The features' facts about a version's origin, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { versionFacts as evidenceVersionFacts } from './features/evidence/version-facts.ts';

export const featureVersionFacts = [...evidenceVersionFacts] as const;
