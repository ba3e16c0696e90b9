// Decides what a namespace's overview says about its plugins, so that its badge, needs and share of errors don't contradict each other.
import type { components } from '../../client/api.gen.d.ts';
import { isFailing } from '../../contract/health.ts';
import { formatShare } from '../../core/quantities.ts';

type Schemas = components['schemas'];

export interface OverviewFacts {
  live: number;
  failing: number;
  /** The day's calls of all versions, also of those that no longer serve. */
  calls: Pick<Schemas['PluginOverview'], 'calls' | 'errors'>;
  /** Undefined if they could not be read. */
  attention: Pick<Schemas['Needs'], 'needs' | 'incomplete'> | undefined;
}

export interface Health {
  tone: 'good' | 'quiet' | 'warning' | 'bad';
  text: string;
}

/** Returns the worst known fact. A namespace is healthy only if nothing bad is known about it and everything could be read. */
export function overviewHealth({ attention, calls, failing, live }: OverviewFacts): Health {
  if (failing > 0) return { tone: 'bad', text: failing === 1 ? '1 plugin fails' : `${failing} plugins fail` };
  const urgent = attention?.needs.filter(({ severity }) => severity === 'bad').length ?? 0;
  if (urgent > 0) return { tone: 'bad', text: urgent === 1 ? '1 urgent need' : `${urgent} urgent needs` };
  if (isFailing({ ...calls, invalid_inputs: 0 }))
    return {
      tone: 'warning',
      text: `${formatShare(calls.errors, calls.calls)} of the day's calls failed; no plugin fails now`,
    };
  if (live === 0) return { tone: 'quiet', text: 'Nothing is live' };
  if (!attention || attention.incomplete.length > 0)
    return { tone: 'quiet', text: `${live} live; some of what needs you could not be read` };
  return { tone: 'good', text: live === 1 ? 'The live plugin is healthy' : `All ${live} live plugins are healthy` };
}
