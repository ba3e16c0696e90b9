// Tests compose.yaml: its published ports, its containers' users and permissions, and that Slipway knows each of its settings.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readSettings } from '../../../builder/server/core/settings.ts';
import { readStartSettings, usage } from '../../../scripts/local/settings.ts';

const serviceSchema = z.strictObject({
  image: z.string(),
  profiles: z.array(z.string()).optional(),
  restart: z.string(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  stop_grace_period: z.string(),
});
const { services, volumes } = z
  .object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.null()) })
  .parse(parse(readFileSync('compose.yaml', 'utf8'), { merge: true }));
const { slipway, builder } = z.object({ slipway: serviceSchema, builder: serviceSchema }).parse(services);
const token = 'a'.repeat(64);

/** Replaces variables as Compose does. */
function withValues(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name, kind, fallback) => {
    const value = values[name];
    if (value === undefined && kind === '?') throw new Error(`${name} is required`);
    return value ?? fallback;
  });
}

function environmentOf({ environment }: typeof slipway, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, withValues(text, values)]));
}

test('only the Worker has a published port, which only this machine can reach unless the operator says otherwise', () => {
  expect(builder.ports).toBeUndefined();
  const published = (values: Record<string, string>) => (slipway.ports ?? []).map((port) => withValues(port, values));
  expect(published({})).toEqual(['127.0.0.1:8080:8080']);
  expect(published({ SLIPWAY_ADDRESS: '10.0.0.5', SLIPWAY_PORT: '9000' })).toEqual(['10.0.0.5:9000:9000']);
});

test.each([
  ['slipway', slipway],
  ['builder', builder],
])('%s runs without privileges and restarts', (_, { cap_drop, security_opt, restart }) => {
  expect({ cap_drop, restart }).toEqual({ cap_drop: ['ALL'], restart: 'unless-stopped' });
  expect(security_opt).toContain('no-new-privileges:true');
});

test.each([
  ['slipway', slipway, { SLIPWAY_MEMORY: '1g' }],
  ['builder', builder, { BUILDER_MEMORY: '1g' }],
])('%s has a memory limit set by its operator, and a log limit', (_, { logging, mem_limit }, chosen) => {
  expect(logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } });
  expect(withValues(mem_limit, {})).toMatch(/^\dg$/);
  expect(withValues(mem_limit, chosen)).toBe('1g');
});

test('both containers run as a non-root user', () => {
  expect(builder.user).toBe('10001:0');
  expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^USER 10001:0$/m);
  expect(slipway.user).toBeUndefined();
});

test('the state is stored in volumes declared by compose.yaml', () => {
  const named = [slipway, builder].flatMap((service) => service.volumes.filter((volume) => /^\w+:/.test(volume)));
  expect(named).toEqual(['state:/var/lib/slipway', 'builder:/var/lib/slipway']);
  expect(Object.keys(volumes)).toEqual(['state', 'builder', 'builder-2']);
});

test('a second builder differs in its profile and its volume only', () => {
  const { 'builder-2': second, ...others } = services;
  expect(second).toEqual({ ...builder, profiles: ['two'], volumes: ['builder-2:/var/lib/slipway'] });
  expect(Object.keys(others)).toEqual(['slipway', 'builder']);
});

test('the settings match what Slipway and the builder read', () => {
  const values = { SLIPWAY_PUBLIC_URL: 'https://slipway.example.com', BUILDER_TOKEN: token };
  const environment = { ...environmentOf(slipway, values), SLIPWAY_BIND: '0.0.0.0' };
  expect(readStartSettings(['--no-demo'], environment)).toMatchObject({
    port: 8080,
    bind: '0.0.0.0',
    publicUrl: values.SLIPWAY_PUBLIC_URL,
    builder: { urls: ['http://builder:8080'], token },
    anonymous: false,
  });
  const unknown = Object.keys(slipway.environment).filter((name) => !usage.includes(name));
  expect(unknown).toEqual([]);
  expect(readSettings(environmentOf(builder, values))).toMatchObject({ token, otlpUrl: undefined });
});

test("a collector gets both containers' spans, and metrics have their own token", () => {
  const url = 'http://collector:4318/v1/traces';
  const watching = { OTLP_URL: url, OTLP_EVERY: '1', METRICS_TOKEN: token };
  const values = { SLIPWAY_PUBLIC_URL: 'https://slipway.example.com', BUILDER_TOKEN: token, ...watching };
  const environment = { ...environmentOf(slipway, values), SLIPWAY_BIND: '0.0.0.0' };
  expect(readStartSettings([], environment)).toMatchObject({ otlpUrl: url, otlpEvery: '1', metricsToken: token });
  expect(readSettings(environmentOf(builder, values))).toMatchObject({ otlpUrl: url });
});

test.each(['SLIPWAY_PUBLIC_URL', 'BUILDER_TOKEN'])('%s must be set', (missing) => {
  const values = Object.entries({ SLIPWAY_PUBLIC_URL: 'https://slipway.example.com', BUILDER_TOKEN: token });
  const others = Object.fromEntries(values.filter(([name]) => name !== missing));
  expect(() => environmentOf(slipway, others)).toThrow(`${missing} is required`);
});
