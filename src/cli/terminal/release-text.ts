// Describes release plans.
import type { components } from '../../client/api.gen.d.ts';

export const releaseOptionText = 'immediate, standard, 1,10,50 or FILE.json';

/** Formats a plan: `1%, 10%, 50%`. */
export function formatPlan(choice: components['schemas']['Deployment']['release']): string {
  if (!choice || choice === 'immediate') return 'all calls at once';
  return (choice.steps ?? []).map(({ percent }) => `${percent}%`).join(', ');
}
