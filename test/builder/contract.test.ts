// Validates fixtures for every message. The host's Python tests validate the same fixtures with the generated schemas.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builderSchemas } from '../../src/contract/builder/schemas.ts';

const fixtures = new URL('../fixtures/builder/', import.meta.url);
const message = z.object({ name: z.string(), message: z.unknown() });
const fixture = z.object({ valid: z.array(message), invalid: z.array(message) });

test('every schema has fixtures', () => {
  expect(readdirSync(fixtures).sort()).toEqual(
    Object.keys(builderSchemas)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

describe.each(Object.entries<z.ZodType>(builderSchemas))('%s', (name, schema) => {
  const { valid, invalid } = fixture.parse(JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8')));

  test.each(valid)('the schema accepts $name', ({ message }) => {
    expect(schema.safeParse(message).success).toBe(true);
  });

  test.each(invalid)('the schema rejects $name', ({ message }) => {
    expect(schema.safeParse(message).success).toBe(false);
  });
});

test('the JSON Schemas are up to date with the contract', () => {
  const script = fileURLToPath(new URL('../../scripts/generate/schemas.ts', import.meta.url));
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('');
});
