// Tests the release plan in manifest.py. An invalid plan is an error, so that nobody trusts a gate that isn't measured.
import { expect, test } from 'vitest';
import { manifestWith, places, read } from './plugin.ts';

test.each([
  ['"soon"', 'Must be "immediate" or a plan'],
  ['{"steps": []}', 'steps: '],
  ['{"steps": [{"percent": 50}, {"percent": 10}]}', 'steps: Percentages must not fall'],
  ['{"hold": {"calls": 0}}', 'hold.calls: '],
  ['{"gates": {"errors": None}}', 'gates: Unrecognized key: "errors"'],
])('serve_config["release"] = %s is an error that names its place', async (release, reason) => {
  const { problems } = await read(manifestWith(`serve_config = {"release": ${release}}`));
  expect(places(problems)).toEqual(['SLM111 manifest.py:3:28 serve_config.release']);
  expect(problems[0]?.message).toContain(`serve_config.release is invalid. ${reason}`);
});

test.each(['None', '"immediate"', '{}', '{"steps": [{"percent": 0.5}], "hold": {"calls": 500}, "sticky": "key"}'])(
  'serve_config["release"] = %s is valid',
  async (release) => {
    expect((await read(manifestWith(`serve_config = {"release": ${release}}`))).problems).toEqual([]);
  },
);
