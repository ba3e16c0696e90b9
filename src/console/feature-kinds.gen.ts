// The features' kinds of plugins, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { kinds as agentsKinds } from './features/agents/kinds.ts';

export const featureKinds = [...agentsKinds] as const;
