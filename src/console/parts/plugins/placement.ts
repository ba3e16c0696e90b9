// The words for where plugins run.
import { type ExtractorPlacement, extractorPlacements } from '../../../contract/states.ts';

export const placementWords: Record<ExtractorPlacement, string> = {
  sandbox: 'in the sandbox',
  ray: 'on a Ray cluster',
};

export const placementChoices = extractorPlacements.map((place) => [place, placementWords[place]] as const);
