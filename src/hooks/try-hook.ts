// Tries a deploy hook without a push: fetches what a push of the ref would publish, and publishes nothing.
import { type Actor, requireScope } from '../access/actor.ts';
import { type Source, shortRef } from '../contract/builder/sources.ts';
import type { DeployHookId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { requestSource } from '../deploy/install/fetch-source.ts';
import type { Deps } from '../deps.ts';
import { hookById } from './deploy-hooks.ts';
import { matchesRef } from './ref-patterns.ts';

export interface Trial {
  ref: string;
  source: Source;
  /** Whether a push of the ref is worked on. */
  isSelected: boolean;
}

/** Throws a Problem that says why the source could not be fetched. */
export async function tryHook(deps: Deps, actor: Actor, id: DeployHookId, ref: string): Promise<Trial> {
  requireScope(actor, 'plugins:deploy');
  const hook = await hookById(deps, actor, id);
  const { sources } = await deps.builder.capabilities();
  if (!sources.available) throw new Problem('capability-missing', sources.reason);
  const { repository, path } = hook;
  const named = { repository, ref, ...(path === null ? {} : { path }) };
  const fetched = await requestSource(deps, { ...hook, createdBy: actor.ref }, named);
  if ('refused' in fetched)
    throw new Problem('plugin-refused', fetched.refused.message, {
      hint: "Check the hook's repository and path, and the ref.",
      fields: [{ path: ['body', 'ref'], message: fetched.refused.message, type: fetched.refused.code }],
    });
  const { archive, source } = fetched;
  await archive.cancel();
  const kind = source.ref_kind === 'tag' ? 'tags' : 'heads';
  return { ref: shortRef(ref), source, isSelected: matchesRef(hook, `refs/${kind}/${shortRef(ref)}`) };
}
