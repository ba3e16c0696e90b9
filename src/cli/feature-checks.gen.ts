// The features' checks of `slipway doctor`, generated from src/cli/features by scripts/generate/features.ts. Do not edit.
import { doctorChecks as clustersChecks } from './features/clusters/doctor-checks.ts';

export const featureChecks = [...clustersChecks] as const;
