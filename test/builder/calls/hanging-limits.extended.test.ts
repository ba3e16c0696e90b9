// Tests calls whose process hangs: all of its callers read the limit and the setting that raises it.
import { expect, onTestFinished, test } from 'vitest';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { handler, TestBuilder } from '../support.ts';

test('calls whose process hangs name the time limit and the fix', async () => {
  const impatient = await TestBuilder.start({ limits: { callMs: 1000, hangMs: 500 } });
  onTestFinished(() => impatient.close());
  const id = await impatient.run(
    handler(
      'def predict(self, request):\n    time.sleep(60 if "hang" in request else 0.9)\n    return {}',
      'import time',
    ),
  );
  const hanging = impatient.invoke(id, { hang: true });
  expect((await hanging).body).toMatchObject({ error: { code: 'call-timeout' } });
  const other = (async () => {
    for (;;) {
      const { body } = await impatient.invoke(id);
      if (typeof body === 'object' && body !== null && 'error' in body) return JSON.stringify(body);
    }
  })();
  const message = await other;
  expect(message).toContain('a call was still running 500 ms after its time limit of 1 s');
  expect(message).toContain(raisedBy.time);
});
