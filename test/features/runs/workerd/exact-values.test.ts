// Tests that a user's JSON reaches the steps' decoder as it was sent, and that results are the text from the steps' encoder.
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ExactScene, exactScene, python, samples } from '../../../support/scenes/exact-plugin.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { runLines } from '../scenes/run-lines.ts';

let org: Organization;
let at: string;
let post: ExactScene['post'];
beforeAll(async () => {
  ({ at, org, post } = await exactScene({ onlyExact: true }));
});

// Each row is one line, so line breaks between tokens become spaces, which have the same meaning.
const lines = samples.map(([, sent]) => sent.replaceAll(/[\r\n]/g, ' '));

/** If a key occurs several times, Python keeps the last value. It writes strings as UTF-8 where possible. */
function seenIn(text: string): Record<string, string> {
  const seen = text
    .trimEnd()
    .split('\n')
    .map((line) => python.parse(JSON.parse(line)).seen);
  return Object.fromEntries(samples.map(([what], n) => [what, seen[n] ?? 'nothing']));
}

const expected = Object.fromEntries(samples.map(([what, , seen]) => [what, seen]));

test("values and parameters in a request's rows arrive as sent", async () => {
  const [, sent, seen] = samples[0] ?? [];
  const rows = samples.map(([, sent]) => sent).join(', ');
  const { body } = await post(`${at}/runs`, `{"input": {"rows": [${rows}]}, "parameters": ${sent}}`);
  expect(Object(body).parameters).toEqual(JSON.parse(sent ?? ''));
  const text = await runLines(org, body, 'output');
  expect(seenIn(text)).toEqual(expected);
  for (const line of text.trimEnd().split('\n')) expect(Object(JSON.parse(line)).given).toBe(seen);
});

test('values in the rows of a file arrive as sent', async () => {
  const { body } = await org.post(`${at}/runs`, { input: { format: 'jsonl' } });
  const { presigned_url, run_id } = z.object({ presigned_url: z.string(), run_id: z.string() }).parse(body);
  await org.fetch(new Request(presigned_url, { method: 'PUT', body: lines.join('\n') }));
  await org.post(`/v1/namespaces/${org.namespaceId}/runs/${run_id}/start`);
  expect(seenIn(await runLines(org, body, 'output'))).toEqual(expected);
});

test('values in failed rows are in their errors, and in a rerun of failed rows, as sent', async () => {
  const failing = lines.map((line) => line.replace(/\}$/, ', "fails": 1}'));
  const inputs = failing.map((line) => expect.stringContaining(`"input":${line}`));
  const { body } = await post(`${at}/runs`, `{"input": {"rows": [${failing.join(', ')}]}}`);
  expect((await runLines(org, body, 'errors')).trimEnd().split('\n')).toEqual(inputs);
  const again = await org.post(`${at}/runs`, { input: { failed_of: Object(body).run_id } });
  expect((await runLines(org, again.body, 'errors')).trimEnd().split('\n')).toEqual(inputs);
});
