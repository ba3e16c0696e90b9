// Tests that every demand and every field of the requests that make demands has a way to lower it, which demands.extended.test.ts tries.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { documentOf } from '../../src/app.ts';
import { type Demand, demands } from '../../src/contract/demands.ts';
import { features } from '../../src/features.ts';
import { testApp } from '../support/deps.ts';
import { fieldsOfSettings, waysToLower } from './ways-to-lower.ts';

const present = Object.entries<Demand>(demands).filter(
  ([, { feature }]) => feature === undefined || features.some(({ name }) => name === feature),
);

test('every demand has a way to lower it', () => {
  const lowered = new Set(waysToLower.map(({ lowers }) => lowers));
  expect(present.map(([name]) => name).filter((name) => ![...lowered].some((one) => one === name))).toEqual([]);
});

const operationModel = z.object({
  operationId: z.string(),
  requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) }).optional(),
});

test('every field of the requests that make demands is a demand, or said to be none', () => {
  const { components, paths = {} } = documentOf(testApp().app);
  const operations = Object.values(paths).flatMap((item) =>
    Object.values(item).map((operation) => operationModel.safeParse(operation).data),
  );
  const fieldsOf = (schema: unknown): string[] => {
    const name = String(Object(schema).$ref ?? '').replace('#/components/schemas/', '');
    return name === '' ? Object.keys(Object(schema).properties ?? {}) : fieldsOf(Object(components).schemas[name]);
  };
  const found = Object.keys(fieldsOfSettings).map((id) => {
    const operation = operations.find((one) => one?.operationId === id);
    return [id, fieldsOf(operation?.requestBody?.content['application/json'].schema).sort()];
  });
  expect(found).toEqual(Object.entries(fieldsOfSettings).map(([id, fields]) => [id, Object.keys(fields).sort()]));
});
