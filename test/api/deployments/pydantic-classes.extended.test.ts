// Tests that the fields of Pydantic classes in manifest.py reach callers: in the plugin's OpenAPI document, and in checks of its answers.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return inputs
`;
const manifest = `from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID
from pydantic import BaseModel, Field

class Color(str, Enum):
    RED = "red"

class Order(BaseModel):
    when: date
    color: Color
    id: UUID
    price: Decimal = Field(gt=0)
    first_name: str = Field(alias="firstName", max_length=5)

feature_extractor_name = "hello_ext"
version = "1.0.0"
features = []
input_schema = Order
output_schema = Order
`;
const good = {
  when: '2026-11-30',
  color: 'red',
  id: '8c1f0b1e-3f5b-4f0e-9a55-0d8f2a3c7a10',
  price: '1.50',
  firstName: 'Ada',
};

async function live() {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': realtime, 'manifest.py': manifest } }));
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  return org;
}

test("a class's fields are in the OpenAPI document: as they are read, and as they are written", async () => {
  const org = await live();
  const { body } = await org.get(`${org.plugins}/by-name/hello_ext/openapi.json`);
  const { schemas } = z
    .object({ components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }) })
    .parse(body).components;
  const common = {
    when: { type: 'string', format: 'date' },
    color: { $ref: expect.stringContaining('Color') },
    id: { type: 'string', format: 'uuid' },
    firstName: { type: 'string', maxLength: 5 },
  };
  const price = { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { type: 'string' }] };
  expect(schemas.Input).toMatchObject({ properties: { ...common, price } });
  expect(schemas.Output).toMatchObject({ properties: { ...common, price: { type: 'string' } } });
});

test.each([
  [{}, undefined],
  [{ color: 'blue' }, 'color'],
  [{ when: 3 }, 'when'],
  [{ price: 1.5 }, 'price'],
  [{ firstName: 'Augusta' }, 'firstName'],
])('an answer is checked field by field: %j', async (changed, wrong) => {
  const org = await live();
  const path = `${org.plugins}/by-name/hello_ext/realtime?check_output=true`;
  const { body } = await org.post(path, { inputs: { ...good, ...changed } });
  expect(body).toMatchObject(
    wrong === undefined ? { status: 'success' } : { status: 'error', error: expect.stringContaining(`${wrong}:`) },
  );
});
