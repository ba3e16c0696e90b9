// Tests that a user's JSON reaches the plugin's decoder as it was sent, and that the answer is the text from the plugin's encoder, over
// every path. The handler answers with the `repr` of its input, which shows types, digits and key order.
import { describe, expect, test } from 'vitest';
import { exactScene, python, samples } from '../support/scenes/exact-plugin.ts';
import { memberIn } from './member-in.ts';

const { at, org, post } = await exactScene();

describe.each(samples)('%s', (what, sent, seen, back) => {
  const answered = (text: string, value: unknown) =>
    expect([python.parse(value).seen, memberIn(text, 'back')]).toEqual([seen, back]);

  test(`${what} in a call arrive as sent, and are returned as written`, async () => {
    const { body, text } = await post(`${at}/realtime/test`, `{"inputs": ${sent}}`);
    answered(text, Object(body).raw_response);
  });

  test(`${what} in parameters arrive as sent`, async () => {
    const { body } = await post(`${at}/realtime/test`, `{"inputs": {}, "parameters": ${sent}}`);
    expect(Object(body).raw_response.given).toBe(seen);
  });

  test(`${what} in a later call arrive as sent, and are stored as written`, async () => {
    const accepted = await post(`${at}/realtime/test`, `{"inputs": ${sent}}`, { prefer: 'respond-async' });
    const location = accepted.headers.get('location') ?? '';
    const { body, text } = await org.send('GET', location, { headers: { prefer: 'wait=20' } });
    answered(text, Object(body).answer.result);
  });

  test(`${what} in a stream arrive as sent, and are returned as written`, async () => {
    const accept = 'text/event-stream';
    const { text } = await post(`${org.plugins}/yields_1_0_0/realtime/test`, `{"inputs": ${sent}}`, { accept });
    const data = /^data: (.*)$/m.exec(text)?.[1] ?? '';
    answered(data, JSON.parse(data));
  });
});

describe('in a batch', () => {
  const all = (bodyOf: (sent: string) => string, headers = {}) =>
    Promise.all(samples.map(([, sent]) => post(`${org.plugins}/gathers_1_0_0/realtime/test`, bodyOf(sent), headers)));

  test('inputs arrive as sent, and are returned as written', async () => {
    const answers = await all((sent) => `{"inputs": ${sent}}`);
    for (const [at, [, , seen, back]] of samples.entries()) {
      const { body, text } = answers[at] ?? { body: undefined, text: '' };
      const { raw_response } = Object(body);
      expect([python.parse(raw_response).seen, memberIn(text, 'back')]).toEqual([seen, back]);
      expect(raw_response.size).toBe(samples.length);
    }
  });
});
