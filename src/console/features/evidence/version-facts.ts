// Adds a version's evidence to the facts about its origin.
import { lazyPart } from '../../parts/connection/load-code.ts';
import type { VersionFact } from '../../points/version-fact.ts';

export const versionFacts: readonly VersionFact[] = [
  { name: 'evidence', Facts: lazyPart(() => import('./signed-facts.tsx')) },
];
