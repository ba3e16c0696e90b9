// Says what to rename in a class that was written for Cog, LitServe, BentoML or Ray Serve (plugin format §5).
import type { ClassOutline } from './python/outline.ts';

/** Types that a request can't have, since it is a dict. The host has the same list (slipway_host/handler.py). */
const inputTypes: ReadonlySet<string> = new Set([...['str', 'int', 'float', 'bool', 'bytes', 'list', 'List', 'Path']]);
const callable = ['run_inference', '__call__', 'predict'];
const inference = 'run_inference(self, inputs, parameters)';

/** How a `predict` takes its inputs: all in one request, or one by one, as in Cog. Undefined if only a caller would know. */
export function takesInputs({ members }: ClassOutline): { name: string; isTyped: boolean } | undefined {
  const { first, max = 0 } = members.get('predict') ?? {};
  if (first === undefined || first.name === 'request') return undefined;
  const isTyped = inputTypes.has(first.type);
  return isTyped || (max > 2 && Number.isFinite(max)) ? { name: first.name, isTyped } : undefined;
}

/** Returns what other tools call and Slipway doesn't, such as `setup to load_model(self)`. */
export function renamedMethods(lineage: readonly ClassOutline[]): string[] {
  const names = new Set(lineage.flatMap(({ members }) => [...members.keys()]));
  // Code of the class itself may call setup.
  const isCalled = names.has('load_model') || names.has('__init__');
  return names.has('setup') && !isCalled ? ['setup to load_model(self)'] : [];
}

/** Returns the class that was probably meant to answer calls, and what to rename in it. */
export function foreignHandler(
  classes: readonly ClassOutline[],
): { found: ClassOutline; renames: string[] } | undefined {
  const candidates = classes.filter(({ name }) => !name.startsWith('Base'));
  const has = (names: string[]) => candidates.find(({ members }) => names.some((name) => members.has(name)));
  const found = has([...callable, 'setup']) ?? candidates.find((one) => publicMethod(one) !== undefined);
  if (!found) return undefined;
  return { found, renames: [`${found.name} to RealtimeHandler`, ...renamedMethods([found]), ...renamedCall(found)] };
}

function renamedCall(found: ClassOutline): string[] {
  const { members } = found;
  if (members.has('run_inference')) return [];
  const call = members.get('__call__');
  if (members.has('__call__')) return call && call.max < 3 ? [`__call__ to ${inference}`] : [];
  if (members.has('predict')) return takesInputs(found) ? [`predict to ${inference}`] : [];
  const method = publicMethod(found);
  return method === undefined ? [] : [`${method} to ${inference}`];
}

/** Values, such as a model's fields, have no arity either, but a model's class has no function at all. */
function publicMethod({ members, methods }: ClassOutline): string | undefined {
  return [...members.keys()].find((name) => methods.has(name) && name !== 'setup' && !name.startsWith('_'));
}
