// Says what to change in a class that was written for Cog, LitServe, BentoML or Ray Serve (plugin format §5).
import type { Finding } from '../contract/findings/finding.ts';
import { fileFinding } from './findings.ts';
import type { Arity, ClassOutline, Outline } from './python/outline.ts';

/** Types that a request can't have, since it is a dict. The host has the same list (slipway_host/handler.py). */
const inputTypes: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'bytes', 'list', 'List', 'Path']);
const requestTypes: ReadonlySet<string> = new Set(['dict', 'Dict', 'Mapping', 'Any']);
export const inferenceSignature = 'run_inference(self, inputs, parameters)';

/** Methods that other tools call and Slipway doesn't, with the fix. */
const hooks: ReadonlyMap<string, string> = new Map([
  ['setup', 'Rename setup to load_model(self)'],
  ['decode_request', 'Move its code into the method that answers calls'],
  ['encode_response', 'Move its code into the method that answers calls'],
]);

const foreignBases: ReadonlySet<string> = new Set(['BasePredictor', 'LitAPI']);
const foreignDecorators: ReadonlySet<string> = new Set(['bentoml.service', 'serve.deployment']);

/** Reports the classes for other tools in a plugin without realtime.py, which otherwise looks complete. */
export function foreignClasses(files: ReadonlyMap<string, Outline>): Finding[] {
  return [...files].flatMap(([file, { classes }]) =>
    classes
      .filter(
        ({ bases, decorators }) =>
          bases.some((base) => foreignBases.has(base)) || decorators.some((name) => foreignDecorators.has(name)),
      )
      .map(({ at, name }) => {
        const message = `${name} is for another tool, and Slipway calls only a class in realtime.py. To answer calls, move it there and lint again. Without realtime.py, the plugin only processes batches.`;
        return fileFinding('SLM402', { file, at }, name, message);
      }),
  );
}

/** How a `predict` takes its inputs one by one, as in Cog. Undefined if it takes a request, or if only a caller would know. */
export function separateInputs({ first, max }: Arity): { first: string; isTyped: boolean } | undefined {
  if (first === undefined || first.name === 'request' || requestTypes.has(first.type)) return undefined;
  const isTyped = inputTypes.has(first.type);
  return isTyped || (max > 2 && Number.isFinite(max)) ? { first: first.name, isTyped } : undefined;
}

/** Returns the methods that other tools call, but neither Slipway nor the plugin, with the fix. */
export function unusedHooks(lineage: readonly ClassOutline[], called: ReadonlySet<string>): [string, string][] {
  const names = new Set(lineage.flatMap(({ methods }) => [...methods]));
  return [...hooks].filter(
    ([name]) => names.has(name) && !called.has(name) && !(name === 'setup' && names.has('load_model')),
  );
}

/** Returns the class that was probably meant to answer calls, and what to rename in it. */
export function foreignHandler(
  classes: readonly ClassOutline[],
  called: ReadonlySet<string>,
): { found: ClassOutline; renames: string[] } | undefined {
  // Helpers come before the class that uses them.
  const candidates = classes.filter(({ name }) => !name.startsWith('Base')).toReversed();
  const has = (...names: string[]) => candidates.find(({ methods }) => names.some((name) => methods.has(name)));
  const found =
    has('run_inference', 'run_many', 'predict', 'setup') ??
    has('__call__') ??
    candidates.find((one) => publicMethods(one).length > 0);
  if (!found) return undefined;
  const isUnused = unusedHooks([found], called).some(([name]) => name === 'setup');
  const setup = isUnused ? ['setup to load_model(self)'] : [];
  return { found, renames: [`${found.name} to RealtimeHandler`, ...setup, ...renamedCall(found)] };
}

function renamedCall(found: ClassOutline): string[] {
  const { members, methods } = found;
  const rename = (method: string) => [`${method} to ${inferenceSignature}`];
  if (methods.has('run_inference') || methods.has('run_many')) return [];
  if (methods.has('__call__')) return (members.get('__call__')?.max ?? 3) < 3 ? rename('__call__') : [];
  if (methods.has('predict')) {
    const arity = members.get('predict');
    return arity && (arity.max < 2 || separateInputs(arity)) ? rename('predict') : [];
  }
  const [method, ...others] = publicMethods(found);
  if (method === undefined) return [];
  return rename(others.length === 0 ? method : 'the method that answers calls');
}

function publicMethods({ methods }: ClassOutline): string[] {
  return [...methods].filter((name) => !hooks.has(name) && !name.startsWith('_'));
}
