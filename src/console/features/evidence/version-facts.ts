// Adds a version's evidence to the facts about its origin.
import { SignedFacts } from './signed-facts.tsx';

export const versionFacts = [{ name: 'evidence', Facts: SignedFacts }] as const;
