// Analyzes Go plugins with a real builder, for the tests in this folder.
import { expect } from 'vitest';
import { analysisSchema, type ReachedCapability } from '../../../src/contract/builder/analyses.ts';
import { startGoBuilder } from '../go-support.ts';
import type { TestBuilder } from '../support.ts';

/** Tries the given proxy first for modules. The analyzer's own modules are downloaded once per machine. */
export function startAnalyzingBuilder(env: Record<string, string> = {}): Promise<TestBuilder> {
  const { GOPROXY = 'https://proxy.golang.org' } = process.env;
  const own = env.GOPROXY === undefined ? {} : { GOPROXY: `${env.GOPROXY},${GOPROXY}`, GONOSUMDB: 'example.com' };
  return startGoBuilder({ env: { ...env, ...own } });
}

export async function analyze(builder: TestBuilder, archive: string): Promise<{ status: number; body: unknown }> {
  const body = JSON.stringify({ runtime: 'go', archive });
  const response = await builder.fetch('/analyses', { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

export async function analyzeSource(builder: TestBuilder, archive: string): Promise<ReachedCapability[]> {
  const { status, body } = await analyze(builder, archive);
  expect(status).toBe(200);
  return analysisSchema.parse(body).reached;
}
