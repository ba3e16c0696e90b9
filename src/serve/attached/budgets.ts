// Refuses to start an instance for a call while a spent budget forbids it.
import { requireWithinBudget } from '../../limits/budgets.ts';
import type { CallPoints } from '../points.ts';

export const budgets: CallPoints = {
  started: ({ clock }, { refusing }) => requireWithinBudget(refusing, clock.now()),
};
