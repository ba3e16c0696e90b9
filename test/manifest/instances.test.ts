// Tests the number of instances that manifest.py requests. An invalid value is an error, so that nobody waits for instances that never
// start.
import { expect, test } from 'vitest';
import { manifestWith, places, read } from './plugin.ts';

test.each([
  '4',
  '[]',
  '{"max": 0}',
  '{"max": 17}',
  '{"min": -1}',
  '{"min": 3, "max": 2}',
  '{"max": 2.5}',
  '{"max": "4"}',
  '{"maximum": 4}',
  '{"max": 4, "target_in_flight": 0}',
  '{"max": 4, "target_in_flight": 513}',
])('serve_config["instances"] = %s is an error', async (instances) => {
  const { problems } = await read(manifestWith(`serve_config = {"instances": ${instances}}`));
  expect(places(problems)).toEqual(['SLM110 manifest.py:3:30 serve_config.instances']);
});

test.each(['{}', 'None', '{"max": 4}', '{"min": 2}', '{"min": 16, "max": 16, "target_in_flight": 512}'])(
  'serve_config["instances"] = %s is valid',
  async (instances) => {
    expect((await read(manifestWith(`serve_config = {"instances": ${instances}}`))).problems).toEqual([]);
  },
);
