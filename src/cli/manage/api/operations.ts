// Reads a server's operations from its OpenAPI document, for `slipway api`.
import { z } from 'zod';
import type { SlipwayClient } from '../../../client/client.ts';
import type { Method } from '../../../client/operations.ts';
import { Failure } from '../../terminal/failure.ts';

/** A member of a JSON body. */
export interface Member {
  name: string;
  required: boolean;
  description: string;
}

export interface Parameter extends Member {
  in: 'path' | 'query' | 'header';
}

export interface Operation {
  id: string;
  method: Method;
  path: string;
  summary: string;
  /** True if the operation needs the admin token. */
  isAdmin: boolean;
  parameters: Parameter[];
  /** Members of the JSON body, or undefined without a JSON body. */
  body: Member[] | undefined;
}

const refSchema = z.object({ $ref: z.string() });
const propertySchema = z.object({ description: z.string().default('') });
const bodySchema = z.object({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).default([]),
});
const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  description: z.string().default(''),
});
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const satisfies Method[];
const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  parameters: z.array(z.union([refSchema, parameterSchema])).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.partialRecord(z.enum(methods), operationSchema)),
  components: z.object({
    parameters: z.record(z.string(), parameterSchema),
    schemas: z.record(z.string(), z.unknown()),
  }),
});
type Document = z.infer<typeof documentSchema>;

/** Lists the operations in the order of the document. */
export async function listOperations(client: SlipwayClient, signal: AbortSignal): Promise<Operation[]> {
  const response = await client.request('get', '/openapi.json', { signal });
  return operationsIn(await response.json());
}

export function operationsIn(input: unknown): Operation[] {
  const document = documentSchema.parse(input);
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const { operationId: id, requestBody, summary, tags } = operation;
      const parameters = operation.parameters.map((each) => resolveParameter(document, each));
      const body = bodyMembers(document, requestBody?.content['application/json']?.schema);
      return [{ id, method, path, summary, isAdmin: tags.includes('Admin'), parameters, body }];
    }),
  );
}

function resolveParameter({ components }: Document, given: z.infer<typeof refSchema> | Parameter): Parameter {
  if (!('$ref' in given)) return given;
  const found = components.parameters[lastPart(given.$ref)];
  if (found === undefined) throw new Failure('failed', `the server's OpenAPI document lacks ${given.$ref}`);
  return found;
}

function bodyMembers({ components }: Document, schema: unknown): Member[] | undefined {
  if (schema === undefined) return undefined;
  const ref = refSchema.safeParse(schema);
  const whole = bodySchema.safeParse(ref.success ? components.schemas[lastPart(ref.data.$ref)] : schema);
  if (!whole.success) return [];
  const { properties, required } = whole.data;
  return Object.entries(properties).map(([name, { description }]) => ({
    name,
    required: required.includes(name),
    description,
  }));
}

function lastPart(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** Finds an operation by ID, ignoring case. */
export function findOperation(operations: readonly Operation[], id: string): Operation {
  const wanted = id.toLowerCase();
  const found = operations.find((operation) => operation.id.toLowerCase() === wanted);
  if (found) return found;
  const similar = operations.filter((operation) => operation.id.toLowerCase().includes(wanted)).slice(0, 5);
  throw new Failure('usage', `the server has no operation ${id}`, {
    hint:
      similar.length > 0
        ? `Operations with this in their names: ${similar.map((operation) => operation.id).join(', ')}.`
        : 'Run `slipway api` to list the operations, or `slipway api --search TEXT`.',
  });
}
