// realtime.py must have a class and a method that the host can call, found as the host finds them (plugin format §5).
import type { Finding } from '../contract/finding.ts';
import { fileFinding } from './findings.ts';
import type { Arity, ClassOutline, Outline } from './outline.ts';
import { realtimeFile } from './sources.ts';
import { fileStart, type Span } from './syntax.ts';

/** The methods in the order of preference, and how many arguments the host gives each, `self` included. */
const methods = new Map([
  ['run_inference', { given: 3, signature: 'run_inference(self, inputs, parameters)' }],
  ['__call__', { given: 3, signature: '__call__(self, inputs, parameters)' }],
  ['predict', { given: 2, signature: 'predict(self, request)' }],
]);
const signatures = [...methods.values()].map(({ signature }) => signature).join(', ');

export function checkRealtime(outline: Outline): Finding[] {
  const handler = findHandler(outline);
  if (handler === 'elsewhere') return [];
  if (!handler) {
    const wanted =
      'a class whose name ends in InferenceService (and does not begin with Base), or one called RealtimeHandler';
    return [
      problem(
        fileStart,
        'realtime.py',
        `realtime.py has no class to call. Define ${wanted}, or leave realtime.py out of a batch-only plugin.`,
      ),
    ];
  }
  return checkHandler(handler, outline.classes);
}

/** 'elsewhere': it is imported or assigned, and what it can do is not written in this file. */
function findHandler(outline: Outline): ClassOutline | 'elsewhere' | undefined {
  const isService = (name: string) => name.endsWith('InferenceService') && !name.startsWith('Base');
  const isHandler = (name: string) => name === 'RealtimeHandler';
  for (const isWanted of [isService, isHandler]) {
    const own = outline.classes.find(({ name }) => isWanted(name));
    if (own) return own;
    if ([...outline.bound.keys()].some(isWanted)) return 'elsewhere';
  }
  return outline.hasStarImport ? 'elsewhere' : undefined;
}

function checkHandler(handler: ClassOutline, classes: readonly ClassOutline[]): Finding[] {
  const { known, line } = ancestryOf(handler, classes);
  for (const [name, { given, signature }] of methods) {
    const owner = line.find(({ members }) => members.has(name));
    if (!owner) continue;
    const arity = owner.members.get(name);
    if (!arity || acceptsArguments(arity, given)) return [];
    const called = `${owner.name}.${name} cannot be called with ${given === 3 ? 'inputs and parameters' : 'a request'}`;
    return [problem(arity.at, `${owner.name}.${name}`, `${called}. Write it as ${signature}.`)];
  }
  if (!known) return [];
  const message = `${handler.name} has no method that Slipway calls. Give it one of ${signatures}.`;
  return [problem(handler.at, handler.name, message)];
}

/** The class and those it inherits from in the same file; `known` when nothing else can bring a method along. */
function ancestryOf(handler: ClassOutline, classes: readonly ClassOutline[]): { known: boolean; line: ClassOutline[] } {
  const byName = new Map(classes.map((one) => [one.name, one]));
  const line = new Set([handler]);
  let known = true;
  for (const { bases } of line) {
    for (const base of bases) {
      const parent = byName.get(base);
      if (base === 'BaseInferenceService' || base === 'object') continue;
      if (parent) line.add(parent);
      else known = false;
    }
  }
  return { known, line: [...line] };
}

function acceptsArguments({ most, required }: Arity, given: number): boolean {
  return required <= given && given <= most;
}

function problem(at: Span, subject: string, message: string): Finding {
  return fileFinding('SLM301', realtimeFile, at, subject, message);
}
