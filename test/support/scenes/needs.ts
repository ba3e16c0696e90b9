// Lists what needs attention, and follows one need from its cause to its end.
import { expect } from 'vitest';
import { z } from 'zod';
import type { Client } from '../client.ts';
import { clockAt, testApp } from '../deps.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import type { LosingScene } from './losing-scene.ts';
import { type NeedAction, withoutIds } from './need-actions.ts';
import { organization } from './organization.ts';

const needSchema = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.enum(['bad', 'warn']),
  title: z.string(),
  namespace_id: z.string().nullable(),
  subject: z.string(),
  since: z.iso.datetime(),
  action: z.object({ label: z.string(), page: z.string().nullable(), command: z.string() }),
  fingerprint: z.string(),
  dismissed: z.boolean(),
});

const listSchema = z.object({
  needs: z.array(needSchema),
  count: z.int(),
  more: z.array(z.object({ kind: z.string(), count: z.int() })),
  incomplete: z.array(z.string()),
});

export async function needsOf(client: Pick<Client, 'get'>, query = '') {
  const { body } = await client.get(`/v1/attention${query}`);
  return listSchema.parse(body);
}

/** A scene whose isolate writes calls at once. */
export async function needsScene(replacements: Parameters<typeof testApp>[0] = {}): Promise<LosingScene> {
  const clock = clockAt(Math.floor(Date.now() / 1000) * 1000);
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, ...replacements }, { countCallsMs: 1 });
  return { deps: app.deps, app, clock, sent, org: await organization({ fetch: app.fetch }) };
}

export interface NeedCase {
  kind: string;
  severity: 'bad' | 'warn';
  title: RegExp;
  action: NeedAction;
  make(s: LosingScene): Promise<unknown>;
  resolve(s: LosingScene): Promise<unknown>;
  replacements?: Parameters<typeof testApp>[0];
}

/** Kinds of needs that belong to no namespace. */
const ofOrganization = ['budget', 'builder', 'cluster', 'key', 'quota', 'webhook'];

/** Checks that the need appears with its cause, with where and how to do it, and is gone once that is done. */
export async function checkNeed({ action, kind, make, replacements, resolve, severity, title }: NeedCase) {
  const s = await needsScene(replacements);
  const ofKind = async () => (await needsOf(s.org)).needs.filter((one) => one.kind === kind);
  expect(await ofKind()).toEqual([]);
  await make(s);
  const found = await ofKind();
  const namespace_id = ofOrganization.includes(kind) ? null : s.org.namespaceId;
  expect(found).toMatchObject([{ severity, title: expect.stringMatching(title), namespace_id, dismissed: false }]);
  expect(found.map((need) => withoutIds(need.action))).toEqual([action]);
  await resolve(s);
  expect(await ofKind()).toEqual([]);
}
