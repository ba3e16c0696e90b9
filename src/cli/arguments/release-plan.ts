// Reads a release plan from an argument: a word, percentages, or a JSON file.
import type { components } from '../../client/api.gen.d.ts';
import { releaseChoiceSchema } from '../../contract/releases.ts';
import { issuesText } from '../../core/zod-issues.ts';
import { Failure } from '../terminal/failure.ts';
import { readTextFile } from '../terminal/text-input.ts';

type ReleaseRequest = 'immediate' | components['schemas']['ReleasePlan'];

const hint = 'Use immediate, standard, percentages such as 1,10,50, or the path of a .json file.';

/** Returns the request's field; nothing without the option, so that the plugin or the namespace decides. */
export function releaseFields(plan: string | undefined): { release?: ReleaseRequest } {
  return plan === undefined ? {} : { release: readReleasePlan(plan) };
}

export function readReleasePlan(text: string, flag = '--release'): ReleaseRequest {
  if (text === 'immediate') return text;
  if (text === 'standard') return {};
  const given = text.endsWith('.json') ? readPlanFile(flag, text) : percentages(text);
  const { data, error } = releaseChoiceSchema.safeParse(given);
  if (data === 'immediate') return data;
  if (data !== undefined) {
    const steps = data.steps.map(({ percent, shadow }) => ({ percent, ...(shadow === undefined ? {} : { shadow }) }));
    return { ...data, steps };
  }
  const reason = given === undefined ? `'${text}' is not a release plan` : `${text}: ${issuesText(error)}`;
  throw new Failure('usage', `${flag}: ${reason}`, { hint });
}

function percentages(text: string): unknown {
  if (!/^\d+(\.\d+)?(,\d+(\.\d+)?)*$/.test(text)) return undefined;
  return { steps: text.split(',').map((percent) => ({ percent: Number(percent) })) };
}

function readPlanFile(flag: string, path: string): unknown {
  const text = readTextFile(path, { flag, hint });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('usage', `${flag}: cannot read ${path}: ${error instanceof Error ? error.message : error}`, {
      hint,
    });
  }
}
