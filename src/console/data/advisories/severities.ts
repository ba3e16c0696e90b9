// The severities of advisories. Repeats the contract's list, whose module would bring its schemas along.
import type { Severity } from '../../../contract/advisories.ts';

export const severities = ['low', 'medium', 'high', 'critical'] as const satisfies readonly Severity[];
