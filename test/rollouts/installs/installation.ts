// An organization that installs a Go plugin from a real Git repository.
import { and, eq } from 'drizzle-orm';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import type { Answer } from '../../support/client.ts';
import { type TestApp, testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { committed, freshGoName, pipelineSource, returning } from '../../support/plugins/go-sources.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

export const plugins = '/api/plugins';

/** Most tests install one of these two, because identical sources are built and analyzed only once. */
export const first = pipelineSource({ body: returning('first') });

export const second = pipelineSource({ body: returning('second') });

/** Skips the capability analysis for sources of one test. It takes longer than a build, and these tests don't cover it. */
export const analyze: Builder['analyze'] = async () => ({ recipe: 'a'.repeat(64), reached: [], functions: null });

export interface Installation extends TestApp {
  org: Organization;
  name: string;
  commit: string;
  repository: string;
  install(version?: string): Promise<Answer>;
}

/** Creates an organization, and a repository with the source, tagged v1. */
export async function installation(
  files = pipelineSource(),
  replacements: Parameters<typeof testApp>[0] = {},
): Promise<Installation> {
  const app = testApp(replacements);
  const org = await organization({ fetch: app.fetch });
  const name = freshGoName();
  const source = await committed(name, 'v1', files);
  const install = (version = 'v1') => org.post(plugins, { name, repository: source.repository, version });
  return { ...app, ...source, org, name, install };
}

export async function called(org: Organization, name: string): Promise<unknown> {
  const { status, body } = await org.post(`${plugins}/${name}/call`, {
    method: 'execute',
    params: { action: 'report', params: {} },
  });
  return status === 200 ? (Object(body).result?.output.text ?? Object(body).error) : status;
}

export function versionsOf({ deps, org, name }: Installation) {
  const ofName = and(eq(pluginVersions.ownerId, org.namespaceId), eq(pluginVersions.name, name));
  return deps.db.select().from(pluginVersions).where(ofName);
}

export async function typesOf(org: Organization): Promise<string[]> {
  return (await eventsOf(org)).map(({ type }) => type).filter((type) => /^(?:upload|version|plugin)\./.test(type));
}

/** Returns a failed install's status, code and message. */
export function refusal({ status, body }: Answer): [number, unknown, string] {
  const { detail, error } = Object(body);
  return [status, detail[0].type, error.message];
}
