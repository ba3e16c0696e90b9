// @module-tag index
// @module-tag long
// Tests how real pandas represents a batch's columns.
import { expect, test } from 'vitest';
import { JsonText } from '../../src/core/json/text.ts';
import { testBatch } from '../../src/serve/batch-test.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { textOf } from '../support/json-text.ts';
import { deploy, scene } from '../support/scenes/scene.ts';

test('a pandas column stays exact if it has both a gap and an integer that a float would round', async () => {
  const pipeline = `def see(batch):
    return batch.assign(kind=str(batch["n"].dtype), seen=[repr(value) for value in batch["n"]])


def build_steps(request):
    return {"steps": [see]}
`;
  const s = await scene({ files: { 'pipeline.py': pipeline, 'requirements.txt': 'pandas\n' } });
  await deploy(s, 'batch_only');
  const at = { namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const seen = async (...rows: JsonText[]) => {
    const request = { ...at, rows, parameters: textOf({}) };
    const deps = { ...s.deps, ...emptyCallCaches() };
    const answered = await testBatch(deps, s.actor, request);
    return 'outcome' in answered ? answered.outcome.rows.map((row) => row?.parsed()) : answered;
  };
  expect(await seen(new JsonText('{"n": 9007199254740993}'), textOf({}))).toMatchObject([
    { kind: 'object', seen: '9007199254740993' },
    { seen: 'None' },
  ]);
  expect(await seen(textOf({ n: 1 }), textOf({}))).toMatchObject([{ kind: 'float64', seen: '1.0' }, { seen: 'nan' }]);
});
