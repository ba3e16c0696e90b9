// Declares what the console shows of evidence.
import { lazyPart } from '../../connection/load-code.ts';
import type { ConsoleFeature, VersionFact } from '../../points.ts';

const versionFacts: readonly VersionFact[] = [
  { name: 'evidence', Facts: lazyPart(() => import('./signed-facts.tsx')) },
];

export const feature: ConsoleFeature = { versionFacts };
