// Starts instances of one deployment, and asks the builder about them as the Worker does.
import { expect } from 'vitest';
import { type Fleet, fleetSchema } from '../../../src/contract/builder/fleets.ts';
import { handler, type TestBuilder } from '../support.ts';

const files = handler(
  [
    'async def run_inference(self, inputs, parameters):',
    '    if "say" in inputs:',
    '        print(inputs["say"])',
    '    if "die" in inputs:',
    '        os._exit(9)',
    '    await asyncio.sleep(inputs.get("seconds", 0))',
    '    return {"process": self.name}',
    'def load_model(self):',
    '    self.name = str(uuid.uuid4())',
  ].join('\n'),
  'import asyncio\nimport os\nimport uuid',
);

export async function start(builder: TestBuilder, id: string, log?: string): Promise<void> {
  const spec = { ...(await builder.putPlugin(files)), ...(log === undefined ? {} : { log }) };
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
}

export async function look(builder: TestBuilder, id: string, keep_awake = 0): Promise<Fleet> {
  const scaling = { min: keep_awake, max: 3, target_in_flight: 2 };
  const { body } = await builder.send('POST', `/instances/${id}/fleet`, JSON.stringify({ scaling, keep_awake }));
  return fleetSchema.parse(body);
}
