// Tests that an organization's requests for logs take turns, since each parses megabytes, and leave others theirs.
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Deps } from '../../../../src/deps.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';

/** Returns a builder whose logs of all deployments but the known ones come when the test says so. */
function slowLogs(builder: Deps['builder']) {
  const silence = Promise.withResolvers<void>();
  const asked: string[] = [];
  const quick = new Set<string>();
  const logs: Deps['builder']['logs'] = async (id) => {
    asked.push(id);
    if (!quick.has(id)) await silence.promise;
    return undefined;
  };
  return { builder: { ...builder, logs }, asked, quick, answer: silence.resolve };
}

async function deployed(org: Organization): Promise<string> {
  await publish(org, plugin({}));
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  return z.object({ deployment_id: z.string() }).parse(body).deployment_id;
}

test("an organization's requests for logs take turns, and another's is answered meanwhile", async () => {
  const slow = slowLogs(testApp().deps.builder);
  const { fetch } = testApp({ builder: slow.builder });
  const [org, other] = [await organization({ fetch }), await organization({ fetch })];
  await deployed(org);
  slow.quick.add(await deployed(other));
  const path = (one: Organization) => `${one.plugins}/hello_ext_1_0_0/logs?tail=1`;
  const reads = [org.get(path(org)), org.get(path(org)), org.get(`/v1/namespaces/${org.namespaceId}/logs`)];
  await waitFor(() => expect(slow.asked).toHaveLength(1));
  expect((await other.get(path(other))).status).toBe(200);
  expect(slow.asked).toHaveLength(2);
  slow.answer();
  expect((await Promise.all(reads)).map(({ status }) => status)).toEqual([200, 200, 200]);
});
