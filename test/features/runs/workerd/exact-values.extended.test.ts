// Tests that the parameters of a run reach its steps as they were sent.
import { expect, test } from 'vitest';
import { exactScene, samples } from '../../../support/scenes/exact-plugin.ts';
import { waitFor } from '../../../support/waiting.ts';

const { at, org, post } = await exactScene({ onlyExact: true });

test.each(samples)("%s in a run's parameters arrive as sent", async (_, sent, seen) => {
  const { body } = await post(`${at}/runs`, `{"input": {"rows": [{"a": 1}]}, "parameters": ${sent}}`);
  expect(Object(body).parameters).toEqual(JSON.parse(sent));
  const run = `/v1/namespaces/${org.namespaceId}/runs/${Object(body).run_id}`;
  await waitFor(async () => expect(Object((await org.get(run)).body).ended_at).toEqual(expect.any(String)));
  const { text } = await org.send('GET', `${run}/output`, { headers: { accept: 'application/x-ndjson' } });
  expect(Object(JSON.parse(text)).given).toBe(seen);
});
