// Tests that the official client takes every schema that a plugin may have: it lists the tools, and checks arguments and answers.
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker';
import { Server } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import {
  answerSchema,
  inputsSchema,
  takesParameters,
  withParameters,
} from '../../../../src/features/mcp/tools/schemas.ts';
import { generatedSchemas } from '../scenes/schemas/generated-schemas.ts';
import { oddSchemas } from '../scenes/schemas/odd-schemas.ts';

const schemas = Object.entries({ ...generatedSchemas, ...oddSchemas });

/** Returns the schema of a tool's arguments if inputs and parameters have the same schema. */
const argumentsSchema = (schema: JsonObject) =>
  withParameters(inputsSchema(schema), { inputs: schema, parameters: schema });

/** Makes the tool of a plugin whose inputs, parameters and answers have this schema. */
const toolOf = (schema: JsonObject, i: number) => ({
  name: `tool_${i}`,
  inputSchema: { ...argumentsSchema(schema), type: 'object' as const },
  outputSchema: { ...answerSchema(schema), type: 'object' as const },
});
const tools = schemas.map(([, [schema]], i) => toolOf(schema, i));

const answers = schemas.map(([, [, good]]) => [good, { values: [good, 1] }]);

async function connected(jsonSchemaValidator: AjvJsonSchemaValidator | CfWorkerJsonSchemaValidator) {
  const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools }));
  server.setRequestHandler('tools/call', ({ params }) => ({
    content: [],
    structuredContent: answers[Number(params.name.slice('tool_'.length))]?.[Number(params.arguments?.which)] ?? {},
  }));
  const client = new Client({ name: 'test', version: '1' }, { jsonSchemaValidator });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(there), client.connect(here)]);
  return client;
}

test('members are objects, since version 1 of the client refuses a list of tools with booleans there', () => {
  for (const { inputSchema, name } of tools)
    for (const member of Object.values(Object(Object(inputSchema).properties)))
      expect(member, name).toBeTypeOf('object');
});

describe.each([
  ['Ajv', () => new AjvJsonSchemaValidator()],
  ['cfworker', () => new CfWorkerJsonSchemaValidator()],
])('the client with %s', (_, validator) => {
  test('lists all tools, and takes a good answer and a list of values of each', async () => {
    const client = await connected(validator());
    const listed = await client.listTools();
    expect(listed.tools.length).toBe(schemas.length);
    const refused: unknown[] = [];
    for (const [i, [title]] of schemas.entries())
      for (const which of [0, 1])
        await client
          .callTool({ name: `tool_${i}`, arguments: { which } })
          .catch((error: unknown) => refused.push([title, which, String(error)]));
    expect(refused).toEqual([]);
  });

  test.each(schemas)('takes good arguments: %s', (title, [schema, good]) => {
    const check = validator().getValidator(argumentsSchema(schema));
    const takes = takesParameters({ inputs: schema, parameters: schema });
    expect(check(good).errorMessage, title).toBeUndefined();
    expect(check(takes ? { ...good, parameters: good } : good).errorMessage, title).toBeUndefined();
  });
});
