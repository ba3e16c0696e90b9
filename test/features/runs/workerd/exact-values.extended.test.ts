// Tests that the parameters of a run reach its steps as they were sent, and values that Python or JavaScript treat in a special way.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { exactScene, python, samples } from '../../../support/scenes/exact-plugin.ts';
import { runLines } from '../scenes/run-lines.ts';

const { at, org, post } = await exactScene({ onlyExact: true });

test('an integer of 4,301 digits fails its row, and the error states the reason', async () => {
  const inputs = `{"i": 1${'0'.repeat(4300)}}`;
  const reason = expect.stringContaining('Exceeds the limit (4300 digits)');
  const created = await post(`${at}/runs`, `{"input": {"rows": [${inputs}, {"i": 1}]}}`);
  expect(await runLines(org, created.body, 'errors')).toEqual(reason);
});

test('the columns of a CSV are in the order of its header, whatever their names', async () => {
  const created = z
    .object({ presigned_url: z.string(), run_id: z.string() })
    .parse((await org.post(`${at}/runs`, { input: { format: 'csv' } })).body);
  await org.fetch(new Request(created.presigned_url, { method: 'PUT', body: '2,1,__proto__\na,b,c\n' }));
  await org.post(`/v1/namespaces/${org.namespaceId}/runs/${created.run_id}/start`);
  const text = await runLines(org, created, 'output');
  expect(python.parse(JSON.parse(text)).seen).toBe("{'2': 'a', '1': 'b', '__proto__': 'c'}");
});

test.each(samples)("%s in a run's parameters arrive as sent", async (_, sent, seen) => {
  const { body } = await post(`${at}/runs`, `{"input": {"rows": [{"a": 1}]}, "parameters": ${sent}}`);
  expect(Object(body).parameters).toEqual(JSON.parse(sent));
  expect(Object(JSON.parse(await runLines(org, body, 'output'))).given).toBe(seen);
});
