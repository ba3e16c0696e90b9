// Driver for plugins on Ray clusters: one Ray Serve application per deployment. Replaces the builder for these plugins and forwards
// everything else to it.
import type { Builder } from '../../../contract/builder/builder.ts';
import type { InstanceEvent, InstanceSpec } from '../../../contract/builder/instances.ts';
import type { InstancePlace } from '../../../feature.ts';
import { callOnRay } from './batches.ts';
import { logsOnRay } from './logs.ts';
import { findRayPlace, type RayDeps, type RayPlace, type RayPlaces, rememberElsewhere } from './place.ts';
import { runRowsOnRay } from './rows.ts';
import { startOnRay, stopOnRay } from './start.ts';
import { showOnRay, toInstanceStatus } from './status.ts';
import { streamOnRay } from './streams.ts';

/** An isolate's places. */
const places: RayPlaces = new Map();

export const rayPlace: InstancePlace = {
  builder: (builder, deps) => builderWithRay(builder, { ...deps, places }),
  routed: (id, { place }) => {
    if (place !== 'ray') rememberElsewhere(places, id);
  },
};

export function builderWithRay(builder: Builder, ray: RayDeps): Builder {
  const on = async <Result>(
    id: string,
    here: (place: RayPlace) => Promise<Result>,
    elsewhere: () => Promise<Result>,
  ): Promise<Result> => {
    const place = await findRayPlace(ray, id);
    return place ? here(place) : elsewhere();
  };
  /** Does nothing for plugins on Ray, which has no equivalent operation. */
  const unless = (id: string, elsewhere: () => Promise<void>) => on(id, async () => {}, elsewhere);
  return {
    ...builder,
    start: (id, spec) => start(builder, ray, id, spec),
    call: (id, body, options = {}) =>
      on(
        id,
        (place) => callOnRay(ray, place, body, options),
        () => builder.call(id, body, options),
      ),
    callStreaming: (id, body, options = {}) =>
      on(
        id,
        (place) => streamOnRay(ray, place, body, options),
        () => builder.callStreaming(id, body, options),
      ),
    status: (id) =>
      on(
        id,
        async (place) => {
          const shown = await showOnRay(ray, place);
          return shown && toInstanceStatus(ray, place, shown.state);
        },
        () => builder.status(id),
      ),
    logs: (id, from) =>
      on(
        id,
        (place) => logsOnRay(ray, place),
        () => builder.logs(id, from),
      ),
    stop: (id, options) =>
      on(
        id,
        async (place) => (place.id === id || place.run !== null ? stopOnRay(ray, place.id) : undefined),
        () => builder.stop(id, options),
      ),
    runRows: (id, body, options) =>
      on(
        id,
        (place) => runRowsOnRay(ray, place, body, options),
        () => builder.runRows(id, body, options),
      ),
    isOnRay: async (id) => (await findRayPlace(ray, id)) !== null,
    standBy: (id, ticket) => unless(id, () => builder.standBy(id, ticket)),
    warn: (id, warning) => unless(id, () => builder.warn(id, warning)),
    cutOff: (id) => unless(id, () => builder.cutOff(id)),
  };
}

async function* start(builder: Builder, ray: RayDeps, id: string, spec: InstanceSpec): AsyncGenerator<InstanceEvent> {
  const place = spec.runtime === 'python' ? await findRayPlace(ray, id) : null;
  if (!place || spec.runtime !== 'python') yield* builder.start(id, spec);
  else if (place.id === id || spec.entry === 'run') yield* startOnRay(ray, place.id, spec);
  else yield { type: 'failed', error: { code: 'cluster-failed', message: batchRefusal } };
}

const batchRefusal =
  'The plugin runs on Ray, which has no batch tests in Slipway. Start a run with the rows instead: `slipway run`.';
