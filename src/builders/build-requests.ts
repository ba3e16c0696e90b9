// Requests to the builders that fetch, build, analyze and install. The text that they are about decides which one gets them.
import { programAnalysisSchema } from '../contract/builder/analyses.ts';
import type { Builder } from '../contract/builder/builder.ts';
import { buildEventSchema } from '../contract/builder/builds.ts';
import { environmentEventSchema, lockEventSchema } from '../contract/builder/environments.ts';
import { environmentTargetSchema } from '../contract/builder/packages.ts';
import {
  type FetchedSource,
  type SourceRefusal,
  sourceHeader,
  sourceRefusalSchema,
  sourceSchema,
} from '../contract/builder/sources.ts';
import { networkHeaders } from './instance-requests.ts';
import {
  buildPolicy,
  done,
  environmentPolicy,
  events,
  fetchPolicy,
  jsonBy,
  post,
  type Request,
  requireBody,
  startPolicy,
} from './requests.ts';

export const buildHostPrefix = 'builds-';

/** Returns the host for a text. The same text always gets the same host, so its caches are warm. */
export function hostFor(text: string, hosts: number): string {
  const hash = [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 0);
  return `${buildHostPrefix}${hash % hosts}`;
}

type HostOf = (text: string) => string;

export function buildRequests(
  request: Request,
  hostOf: HostOf,
): Pick<Builder, 'fetchSource' | 'buildHost' | 'build' | 'analyze'> {
  return {
    fetchSource: (source) => request(hostOf(source.repository), '/sources', post(source, fetchPolicy), fetchedSource),
    buildHost: hostOf,
    build: (spec) =>
      events(buildEventSchema, () => request(hostOf(spec.archive), '/builds', post(spec, buildPolicy), requireBody)),
    analyze: (spec) =>
      request(hostOf(spec.archive), '/analyses', post(spec, buildPolicy), jsonBy(programAnalysisSchema)),
  };
}

export function environmentRequests(
  request: Request,
  hostOf: HostOf,
): Pick<
  Builder,
  'lock' | 'environmentTarget' | 'isOnRay' | 'environmentRoom' | 'environmentHost' | 'install' | 'putPackage'
> {
  return {
    lock: (spec, id) => {
      const host = id ?? hostOf(JSON.stringify(spec.requirements.map(({ text }) => text)));
      return events(lockEventSchema, () => request(host, '/locks', post(spec, environmentPolicy), requireBody));
    },
    environmentTarget: (id, permissions) => {
      const init = { method: 'POST', headers: networkHeaders(permissions), policy: startPolicy };
      return request(id, `/instances/${id}/target`, init, jsonBy(environmentTargetSchema));
    },
    isOnRay: async () => false,
    environmentRoom: async () => null,
    environmentHost: hostOf,
    putPackage: async (id, key, content) => {
      await request(id, `/packages/${key}`, { ...post(content, environmentPolicy), method: 'PUT' }, done);
    },
    install: (spec) => {
      const host = hostOf(spec.lock.digest);
      return events(environmentEventSchema, () =>
        request(host, '/environments', post(spec, environmentPolicy), requireBody),
      );
    },
  };
}

async function fetchedSource(response: Response): Promise<FetchedSource | SourceRefusal> {
  const source = response.headers.get(sourceHeader);
  if (source === null) return sourceRefusalSchema.parse(await response.json());
  return { source: sourceSchema.parse(JSON.parse(source)), archive: await requireBody(response) };
}
