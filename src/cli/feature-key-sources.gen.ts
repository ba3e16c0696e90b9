// The features' sources of keys, generated from src/cli/features by scripts/generate/features.ts. Do not edit.
import { keySources as identityKeySources } from './features/identity/key-sources.ts';

export const featureKeySources = [...identityKeySources] as const;
