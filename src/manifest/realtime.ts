// Checks that realtime.py has a class and a method that the host can call, in the host's lookup order (plugin format §5).
import type { Finding } from '../contract/findings/finding.ts';
import { fileFinding, quoted } from './findings.ts';
import { foreignHandler, renamedMethods, takesInputs } from './other-tools.ts';
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
    const foreign = foreignHandler(outline.classes);
    const other = foreign?.found ?? outline.classes[0];
    const fix = foreign ? `Rename ${foreign.renames.join(', ')}` : `Define ${className}`;
    return [
      problem(
        other?.at ?? fileStart,
        'realtime.py',
        `realtime.py has no class that Slipway can call${other ? `, only ${quoted(other.name)}` : ''}. ${fix}. For a batch-only plugin, remove realtime.py.`,
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
    if (!arity) return [];
    const inputs = name === 'predict' ? takesInputs(owner) : undefined;
    if (acceptsArguments(arity, argumentCount))
      return inputs?.isTyped ? [byName(owner.name, arity.at, inputs.name)] : [];
    const reason = `${owner.name}.${name} cannot be called with ${argumentCount === 3 ? 'inputs and parameters' : 'a request'}`;
    return [problem(arity.at, `${owner.name}.${name}`, `${reason}. Declare it as ${signature}.`)];
  }
  if (!isComplete) return [];
  const message = `${handler.name} has no method that Slipway can call. Add one of ${signatures}.`;
  return [problem(handler.at, handler.name, message)];
}

/** Reports what the class has for another tool, which Slipway doesn't use. */
export function checkOtherTools(outline: Outline): Finding[] {
  const handler = findHandler(outline);
  if (!handler || handler === 'elsewhere') return [];
  const { lineage } = ancestryOf(handler, outline.classes);
  const warning = (name: string, message: string) =>
    fileFinding('SLM402', { file: realtimeFile, at: handler.at }, name, message);
  const owner = lineage.find(({ members }) => members.has('predict'));
  const isUsed = !lineage.some(({ members }) => members.has('run_inference') || members.has('__call__'));
  const inputs = owner && isUsed ? takesInputs(owner) : undefined;
  return [
    ...renamedMethods(lineage).map((rename) =>
      warning(handler.name, `Slipway doesn't call ${handler.name}.setup. Rename ${rename}.`),
    ),
    ...(inputs && !inputs.isTyped
      ? [
          warning(
            `${handler.name}.predict`,
            `${handler.name}.predict gets the whole request as ${inputs.name}. Declare it as run_inference(self, inputs, parameters), and read inputs["${inputs.name}"].`,
          ),
        ]
      : []),
  ];
}

function byName(owner: string, at: Span, input: string): Finding {
  const message = `${owner}.predict takes inputs as arguments, but Slipway passes the whole request as ${input}. Declare it as run_inference(self, inputs, parameters), and read inputs["${input}"].`;
  return problem(at, `${owner}.predict`, message);
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
