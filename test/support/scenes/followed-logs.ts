// A deployment's log that callers follow.
import { expect } from 'vitest';
import { z } from 'zod';
import { origin } from '../client.ts';
import { plugin } from '../plugins/plugin.ts';
import { publish } from '../plugins/publish.ts';
import type { Organization } from './organization.ts';

/** Deploys a plugin, and returns the path that follows its log. */
export async function logToFollow(org: Organization): Promise<string> {
  await publish(org, plugin({}));
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  const id = z.object({ deployment_id: z.string() }).parse(body).deployment_id;
  return `/v1/namespaces/${org.namespaceId}/deployments/${id}/logs?follow=true`;
}

/** Opens the stream, and notes when the server ends it. */
export async function openStream(org: Organization, path: string, headers: Record<string, string>) {
  const { body, status } = await org.fetch(new Request(`${origin}${path}`, { headers }));
  expect(status).toBe(200);
  const reader = body?.getReader();
  const stream = { hasEnded: false, close: () => reader?.cancel() };
  const isOver = async () => (await reader?.read())?.done !== false;
  const reading = async () => {
    while (!(await isOver()));
    stream.hasEnded = true;
  };
  reading().catch(() => 'the test closed the stream');
  return stream;
}
