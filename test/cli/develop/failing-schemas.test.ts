// Tests each way in which `slipway test` detects an invalid schema in manifest.py. test.test.ts covers one class and one object.
// @module-tag long
import { expect, test } from 'vitest';
import { slipwayInProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

const identity = 'feature_extractor_name = "wrong"\nversion = "1.0.0"\n';
const model = 'from pydantic import BaseModel\n\n\n';

test.each([
  [
    'an undefined base',
    `${identity}${model}class In(BaseMdel):\n    text: str\n`,
    /^manifest\.py:6: NameError: .*'BaseMdel'/,
  ],
  [
    'a field without a type',
    `${identity}${model}class In(BaseModel):\n    size: int\n    text = "x"\n`,
    /^manifest\.py:8: PydanticUserError: A non-annotated attribute was detected: `text = 'x'`/,
  ],
  [
    'an undefined type',
    `${identity}${model}class In(BaseModel):\n    text: strr\n`,
    /^manifest\.py:7: NameError: .*'strr'/,
  ],
  [
    'a number instead of a schema',
    `${identity}output_schema = 5\n`,
    'manifest.py:3: output_schema must be a Pydantic model or a dict, not int',
  ],
  [
    'a module that the plugin does not have',
    `${identity}from .modles import Out\n\noutput_schema = Out\n`,
    /^manifest\.py:3: ModuleNotFoundError: No module named '\w+\.modles'$/,
  ],
])('%s fails the schema check, with file and line', async (_, manifest, detail) => {
  const { code, stdout } = await slipwayInProcess(['test', '--json'], {
    cwd: folderOf({ ...plugin, 'manifest.py': manifest }),
  });
  const checks: { name: string; status: string; detail: string }[] = JSON.parse(stdout).checks;
  const check = checks.find(({ name }) => name === 'schemas');
  const expected = typeof detail === 'string' ? detail : expect.stringMatching(detail);
  expect([code, check?.status, check?.detail]).toEqual([1, 'failed', expected]);
});
