// Checks that realtime.py has a class and a method that the host can call, in the host's lookup order (plugin format §5).
import type { Finding } from '../contract/findings/finding.ts';
import { fileFinding, quoted } from './findings.ts';
import type { Arity, ClassOutline, Outline } from './python/outline.ts';
import { realtimeFile } from './python/sources.ts';
import { fileStart, type Span } from './python/syntax.ts';

/** Methods in the host's order of preference, each with the number of arguments it passes, including `self`. */
const methods = new Map([
  ['run_inference', { argumentCount: 3, signature: 'run_inference(self, inputs, parameters)' }],
  ['__call__', { argumentCount: 3, signature: '__call__(self, inputs, parameters)' }],
  ['predict', { argumentCount: 2, signature: 'predict(self, request)' }],
]);
const signatures = [...methods.values()].map(({ signature }) => signature).join(', ');

export function checkRealtime(outline: Outline): Finding[] {
  const handler = findHandler(outline);
  if (handler === 'elsewhere') return [];
  if (!handler) {
    const className =
      'a class whose name ends in InferenceService and does not start with Base, or a class named RealtimeHandler';
    const [other] = outline.classes;
    return [
      problem(
        other?.at ?? fileStart,
        'realtime.py',
        `realtime.py has no class that Slipway can call${other ? `, only ${quoted(other.name)}` : ''}. Define ${className}. For a batch-only plugin, remove realtime.py.`,
      ),
    ];
  }
  return checkHandler(handler, outline.classes);
}

/** Returns 'elsewhere' if the class is imported or assigned, because its methods aren't in this file. */
function findHandler(outline: Outline): ClassOutline | 'elsewhere' | undefined {
  const isService = (name: string) => name.endsWith('InferenceService') && !name.startsWith('Base');
  const isHandler = (name: string) => name === 'RealtimeHandler';
  for (const matches of [isService, isHandler]) {
    const definedHere = outline.classes.find(({ name }) => matches(name));
    if (definedHere) return definedHere;
    if ([...outline.bound.keys()].some(matches)) return 'elsewhere';
  }
  return outline.hasStarImport ? 'elsewhere' : undefined;
}

function checkHandler(handler: ClassOutline, classes: readonly ClassOutline[]): Finding[] {
  const { isComplete, lineage } = ancestryOf(handler, classes);
  for (const [name, { argumentCount, signature }] of methods) {
    const owner = lineage.find(({ members }) => members.has(name));
    if (!owner) continue;
    const arity = owner.members.get(name);
    if (!arity || acceptsArguments(arity, argumentCount)) return [];
    const reason = `${owner.name}.${name} cannot be called with ${argumentCount === 3 ? 'inputs and parameters' : 'a request'}`;
    return [problem(arity.at, `${owner.name}.${name}`, `${reason}. Declare it as ${signature}.`)];
  }
  if (!isComplete) return [];
  const message = `${handler.name} has no method that Slipway can call. Add one of ${signatures}.`;
  return [problem(handler.at, handler.name, message)];
}

interface Ancestry {
  lineage: ClassOutline[];
  /** True if every base class is in this file, so that methods can't come from elsewhere. */
  isComplete: boolean;
}

/** Collects the class and its base classes in the same file. */
function ancestryOf(handler: ClassOutline, classes: readonly ClassOutline[]): Ancestry {
  const byName = new Map(classes.map((one) => [one.name, one]));
  const lineage = new Set([handler]);
  let isComplete = true;
  for (const { bases } of lineage) {
    for (const base of bases) {
      const parent = byName.get(base);
      if (base === 'BaseInferenceService' || base === 'object') continue;
      if (parent) lineage.add(parent);
      else isComplete = false;
    }
  }
  return { isComplete, lineage: [...lineage] };
}

function acceptsArguments({ max, required }: Arity, count: number): boolean {
  return required <= count && count <= max;
}

function problem(at: Span, subject: string, message: string): Finding {
  return fileFinding('SLM301', { file: realtimeFile, at }, subject, message);
}
