// Explains each rule and what to write instead, for `slipway lint --explain`, SARIF's help and the console.
import { archiveExplanations } from './explanations/archives.ts';
import { goExplanations } from './explanations/go.ts';
import { manifestExplanations } from './explanations/manifest.ts';
import type { Explanation } from './explanations/python.ts';
import { pythonExplanations } from './explanations/python.ts';
import type { RuleId } from './rules.ts';

export const explanations: Record<RuleId, Explanation> = {
  ...pythonExplanations,
  ...archiveExplanations,
  ...goExplanations,
  ...manifestExplanations,
};
