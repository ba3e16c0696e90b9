// Describes how calls move to a new version.
import type { Schemas } from '../api.ts';

/** Formats a plan or the lack of one: `step by step (1, 10, 50%)`. */
export function planText(choice: Schemas['Namespace']['default_release']): string {
  if (choice === null || choice === 'immediate') return 'all at once';
  return `step by step (${(choice.steps ?? []).map(({ percent }) => percent).join(', ')}%)`;
}
