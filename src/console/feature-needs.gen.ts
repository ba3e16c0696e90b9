// The features' parts of what a version asks for, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { needs as modelsNeeds } from './features/models/needs.ts';
import { needs as secretsNeeds } from './features/secrets/needs.ts';

export const featureNeeds = [...modelsNeeds, ...secretsNeeds] as const;
