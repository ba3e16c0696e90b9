// @module-tag index
// Tests the lines of a deployment's log that compare the published schemas with those of the plugin's own Pydantic.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deploymentStepRows } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { deploy, overview, scene } from '../support/scenes/scene.ts';

const manifest = `from datetime import date
from pydantic import BaseModel

class Order(BaseModel):
    due: date
    count: int = 1

feature_extractor_name = "hello_ext"
version = "1.0.0"
features = []
input_schema = Order
output_schema = Order
`;
const withPydantic = 'pydantic==2.12.5\n';
/** A class whose own method, which reading alone doesn't run, makes the schema. */
const making = (schema: string) =>
  manifest.replace(
    '    count: int = 1\n',
    `    count: int = 1\n\n    @classmethod\n    def model_json_schema(cls, mode):\n        ${schema}\n`,
  );
const other = `return {"type": "object", "properties": {"due": {"type": "string"}, "count": {"type": "number"}}, "required": ["due"]}`;

async function verifyLog(files: Record<string, string>): Promise<string[]> {
  const s = await scene({ files });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).serving?.id).toBe(id);
  const rows = await s.deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id));
  return rows.find(({ step }) => step === 'verify')?.log?.map(({ line }) => line) ?? [];
}

test.each([
  {
    name: 'the same schemas',
    manifest,
    requirements: withPydantic,
    log: ['Schemas as Pydantic makes them: input_schema, output_schema.'],
  },
  {
    name: 'differing schemas',
    manifest: making(other),
    requirements: withPydantic,
    log: [
      "manifest.py: the published input_schema differs from Pydantic's in count.",
      "manifest.py: the published output_schema differs from Pydantic's in count.",
    ],
  },
  {
    name: 'a class that fails',
    manifest: making('raise ValueError("not yet")'),
    requirements: withPydantic,
    log: ["The published schemas were not compared with Pydantic's: ValueError: not yet"],
  },
  {
    name: 'a manifest that fails when it is run',
    manifest: `${manifest}if __name__ != "manifest":\n    raise ValueError("not here")\n`,
    requirements: withPydantic,
    log: [
      "The published schemas were not compared with Pydantic's: importing manifest.py failed at manifest.py:14: ValueError: not here",
    ],
  },
  { name: 'no Pydantic', manifest, requirements: 'six==1.16.0\n', log: [] },
])('$name: the deployment goes live, and its log says so', async ({ log, manifest: text, requirements }) => {
  expect(await verifyLog({ 'manifest.py': text, 'requirements.txt': requirements })).toEqual(log);
});
