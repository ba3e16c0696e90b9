// Makes an application's processes load the plugin before it serves calls. Ray Serve gives a request to any process, so load requests are
// sent until as many different ones have answered as there are.
import { z } from 'zod';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import { parseJson } from '../../../core/json/parse.ts';
import { notAnswering, readRayAnswer, send } from './calls.ts';
import type { RayDeps, RayPlace } from './place.ts';
import { providedType, provisionsLine } from './provisions.ts';

/** The process that has loaded the plugin (builder/host-python/slipway_ray/replica.py). */
const loadedModel = z.object({ loaded: z.string().min(1) });

/**
 * Gives the application's processes their provisions, and waits until they have loaded the plugin. Throws a StartFailed if one fails.
 * Returns how many have loaded it: fewer if Ray Serve keeps choosing others, such as those on its proxy's own node.
 */
export async function loadOnRay(ray: RayDeps, place: RayPlace, processes: number): Promise<number> {
  const body = await provisionsLine(ray, place);
  const until = ray.clock.now() + rayLimits.startMs;
  const loaded = new Set<string>();
  let isDone = false;
  /** Answers in a row from processes that had answered before. */
  let repeated = 0;
  const isOver = () =>
    isDone || loaded.size >= processes || repeated >= rayLimits.loadsPerProcess * processes || ray.clock.now() >= until;
  const loadSome = async () => {
    while (!isOver()) {
      const id = await loadOnce(ray, place, body);
      repeated = loaded.has(id) ? repeated + 1 : 0;
      loaded.add(id);
      if (repeated > 0) await new Promise((resolve) => setTimeout(resolve, rayLimits.loadAgainMs));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(processes, rayLimits.loadedTogether) }, loadSome));
  } finally {
    isDone = true;
  }
  return loaded.size;
}

async function loadOnce(ray: RayDeps, place: RayPlace, body: string): Promise<string> {
  const response = await send(ray, place, { body, type: providedType }, { callMs: rayLimits.startMs });
  if (response.status !== 200) await readRayAnswer(ray, place, response);
  const answer = loadedModel.safeParse(parseJson(await response.text()));
  if (answer.success) return answer.data.loaded;
  throw await notAnswering(ray, place, 'Something other than the plugin answers for Ray Serve');
}
