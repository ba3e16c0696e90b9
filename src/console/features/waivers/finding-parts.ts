// Adds a finding's waiver, and how to get one, to the finding.
import { FindingWaiver } from './finding-waiver.tsx';

export const findingParts = [{ name: 'waiver', Part: FindingWaiver }] as const;
