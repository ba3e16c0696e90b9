// The features' ways to sign in, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { signIns as identitySignIns } from './features/identity/sign-ins.ts';

export const featureSignIns = [...identitySignIns] as const;
