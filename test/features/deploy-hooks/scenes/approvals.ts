// Names the people whose approval is refused for what a deploy hook published, and who is behind it.
import { z } from 'zod';
import type { Organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { messageOf } from '../../../support/scenes/staged.ts';
import { deployHook, pushOf, sendTo, type TestHook } from './deploy-hooks.ts';
import { type PushScene, pushScene } from './push-scene.ts';

export const refusal =
  'You made or changed the deploy hook that published this version. Another person has to approve or reject it.';

export const stagedModel = z.object({ results: z.array(z.object({ plugin_id: z.string(), code_hash: z.string() })) });

interface Scene {
  all: PushScene;
  ana: Organization;
  bo: Organization;
}

/** Returns two people of an organization whose namespace demands approval. */
export async function scene(): Promise<Scene> {
  const all = await pushScene();
  await all.org.patch(`/v1/namespaces/${all.org.namespaceId}?without_approvers=true`, { requires_approval: true });
  return { all, ana: await personIn(all.org, 'Ana'), bo: await personIn(all.org, 'Bo') };
}

export function hookBy({ name, org, repository }: PushScene, maker: Pick<Organization, 'post'>): Promise<TestHook> {
  const source = { repository, path: 'plugins/ocr', tags: ['v*'] };
  return deployHook(maker, {
    ...{ kind: 'extractor', plugin: name, namespace_id: org.namespaceId, provider: 'github', ...source },
  });
}

/** Pushes a version that the hook publishes, and returns how each person's approval is answered, in turn. */
export async function approvalsOf({ all, hook }: { all: PushScene; hook: TestHook }, people: Organization[]) {
  const { org, repository } = all;
  await all.tag('v1.1.0', '1.1.0');
  await sendTo(org, hook, { body: pushOf('github', repository, 'refs/tags/v1.1.0') });
  await all.drain();
  const [staged] = stagedModel.parse((await org.get('/v1/approvals')).body).results;
  const answers = [];
  for (const person of people)
    answers.push(await person.post(`${org.plugins}/${staged?.plugin_id}/approve`, { sha256: staged?.code_hash }));
  return answers.map((answer) => (answer.status === 200 ? 200 : messageOf(answer)));
}
