// Requests about one instance, other than its calls: what it needs, its start, state, log and end.
import type { Builder } from '../../contract/builder/builder.ts';
import { fleetSchema, keepAwakeHeader } from '../../contract/builder/fleets.ts';
import {
  BuilderError,
  type InstanceSpec,
  instanceEventSchema,
  instanceStatusSchema,
  networkHeader,
  takenBackHeader,
} from '../../contract/builder/instances.ts';
import { heldLogSchema } from '../../contract/builder/log-chunk.ts';
import { standbyHeader, standbyText } from '../../contract/builder/serving.ts';
import { builderRequests } from '../../contract/limits/builder.ts';
import { readFullPieces } from '../../core/paced-bytes.ts';
import { withLength } from '../../core/paced-streams.ts';
import {
  buildPolicy,
  defaultPolicy,
  instancePolicy,
  json,
  post,
  startPolicy,
  statusPolicy,
  stopPolicy,
} from './policies.ts';
import { done, events, jsonBy, type Request, requireBody, unlessMissing } from './requests.ts';

/** The first request that starts a container decides whether it has network egress. */
export function networkHeaders({ network, forward }: InstanceSpec['permissions'] = {}): Record<string, string> {
  return network || forward ? { [networkHeader]: 'granted' } : {};
}

export function blobRequests(request: Request): Pick<Builder, 'putBlob' | 'getBlob'> {
  return {
    putBlob: async (id, sha256, body, sizeBytes) => {
      const known = withLength(readFullPieces(body), sizeBytes).body;
      const timeoutMs = startPolicy.timeoutMs + sizeBytes / builderRequests.uploadBytesPerMs;
      await request(
        id,
        `/blobs/${sha256}`,
        { method: 'PUT', body: known, policy: { ...startPolicy, timeoutMs } },
        done,
      );
    },
    getBlob: (id, sha256) =>
      unlessMissing(
        request(id, `/blobs/${sha256}`, { policy: { ...startPolicy, timeoutMs: buildPolicy.timeoutMs } }, requireBody),
      ),
  };
}

export function instanceRequests(
  request: Request,
): Pick<
  Builder,
  'start' | 'standBy' | 'cutOff' | 'keepMachineCode' | 'warn' | 'status' | 'fleet' | 'logs' | 'stop' | 'deleteData'
> {
  return {
    start: (id, spec) => {
      const headers = { ...json, ...networkHeaders(spec.permissions) };
      const init = { method: 'PUT', body: JSON.stringify(spec), headers };
      return events(instanceEventSchema, () =>
        request(id, `/instances/${id}`, { ...init, policy: instancePolicy }, requireBody),
      );
    },
    standBy: async (id, ticket) => {
      const init = { method: 'POST', headers: { [standbyHeader]: standbyText({ standby: true, ticket }) } };
      await unlessMissing(request(id, `/instances/${id}/standby`, { ...init, policy: statusPolicy }, done));
    },
    cutOff: async (id) => {
      await unlessMissing(request(id, `/instances/${id}/cut-off`, { method: 'POST', policy: defaultPolicy }, done));
    },
    keepMachineCode: async (id) => {
      const init = { method: 'POST', policy: defaultPolicy };
      await unlessMissing(request(id, `/instances/${id}/machine-code`, init, done));
    },
    warn: async (id, warning) => {
      await unlessMissing(request(id, `/instances/${id}/warnings`, post(warning, statusPolicy), done));
    },
    status: (id, { keepAwake } = { keepAwake: false }) => {
      const headers: Record<string, string> = keepAwake ? { [keepAwakeHeader]: '1' } : {};
      const init = { headers, policy: statusPolicy };
      return unlessMissing(request(id, `/instances/${id}`, init, jsonBy(instanceStatusSchema)));
    },
    fleet: (id, asked) => request(id, `/instances/${id}/fleet`, post(asked, statusPolicy), jsonBy(fleetSchema)),
    logs: (id, from = '') =>
      unlessMissing(request(id, `/logs/${id}?from=${from}`, { policy: defaultPolicy }, jsonBy(heldLogSchema))),
    stop: async (id, { takenBack } = { takenBack: false }) => {
      const headers = takenBack ? { [takenBackHeader]: '1' } : {};
      await unlessMissing(request(id, `/instances/${id}`, { method: 'DELETE', headers, policy: stopPolicy }, done));
    },
    deleteData: async (id, name) => {
      try {
        await unlessMissing(request(id, `/data/${name}`, { method: 'DELETE', policy: defaultPolicy }, done));
        return true;
      } catch (error) {
        if (error instanceof BuilderError && error.code === 'data-in-use') return false;
        throw error;
      }
    },
  };
}
