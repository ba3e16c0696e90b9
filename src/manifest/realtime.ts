// Checks that realtime.py has a class and a method that the host can call, in the host's lookup order (plugin format §5).
import type { Finding } from '../contract/findings/finding.ts';
import { fileFinding, quoted } from './findings.ts';
import { foreignHandler, inferenceSignature, separateInputs, unusedHooks } from './other-tools.ts';
import type { Arity, ClassOutline, Outline } from './python/outline.ts';
import { realtimeFile } from './python/sources.ts';
import { fileStart, type Span } from './python/syntax.ts';

/** Methods in the host's order of preference, each with the number of arguments it passes, including `self`. */
const methods = new Map([
  ['run_inference', { argumentCount: 3, signature: inferenceSignature }],
  ['__call__', { argumentCount: 3, signature: '__call__(self, inputs, parameters)' }],
  ['predict', { argumentCount: 2, signature: 'predict(self, request)' }],
]);
const signatures = [...methods.values()].map(({ signature }) => signature).join(', ');
const runMany = 'run_many';
const runManySignature = 'run_many(self, inputs, parameters)';
const expectations = new Map([...methods, [runMany, { argumentCount: 3, signature: runManySignature }]]);

interface Checked {
  problems: Finding[];
  warnings: Finding[];
}

const clean: Checked = { problems: [], warnings: [] };

export function checkRealtime(outline: Outline, isBatching: boolean): Checked {
  const handler = findHandler(outline);
  if (handler === 'elsewhere') return clean;
  if (!handler) return { problems: [missingHandler(outline)], warnings: [] };
  const ancestry = ancestryOf(handler, outline.classes);
  const { problems, warnings } = checkMethods(handler, ancestry, isBatching);
  const unused = unusedHooks(ancestry.lineage, outline.called).map(([name, fix]) => {
    const method = `${handler.name}.${name}`;
    return warning(handler.at, method, `Slipway doesn't call ${method}. ${fix}.`);
  });
  const unusedMany = isBatching ? [] : unusedRunMany(ancestry, outline);
  return { problems, warnings: [...unused, ...unusedMany, ...warnings] };
}

function missingHandler({ called, classes }: Outline): Finding {
  const className =
    'a class whose name ends in InferenceService and does not start with Base, or a class named RealtimeHandler';
  const foreign = foreignHandler(classes, called);
  const other = foreign?.found ?? classes[0];
  const fix = foreign ? `Rename ${foreign.renames.join(', ')}` : `Define ${className}`;
  const only = other ? `, only ${quoted(other.name)}` : '';
  const message = `realtime.py has no class that Slipway can call${only}. ${fix}. For a batch-only plugin, remove realtime.py.`;
  return problem(other?.at ?? fileStart, 'realtime.py', message);
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

function checkMethods(handler: ClassOutline, { isComplete, lineage }: Ancestry, isBatching: boolean): Checked {
  const isDefined = (name: string) => lineage.some(({ members }) => members.has(name));
  const single = [...methods.keys()].filter(isDefined).slice(0, 1);
  const hasRunMany = isDefined(runMany);
  const checks = [...single, ...(isBatching ? [runMany] : [])].map((name) => checkMethod(lineage, name));
  const isMissing = isComplete && (isBatching ? !hasRunMany : single.length === 0);
  return {
    problems: [
      ...(isMissing ? [missingMethod(handler, isBatching, hasRunMany)] : []),
      ...checks.flatMap(({ problems }) => problems),
    ],
    warnings: checks.flatMap(({ warnings }) => warnings),
  };
}

function missingMethod({ at, name }: ClassOutline, isBatching: boolean, hasRunMany: boolean): Finding {
  if (isBatching) {
    const message = `${name} has no ${runMany}, which serve_config["batching"] in manifest.py needs. Add ${runManySignature}, or remove "batching".`;
    return problem(at, name, message);
  }
  const message = hasRunMany
    ? `${name} has only ${runMany}, which gets batches of calls. Set serve_config = {"batching": {}} in manifest.py, or add ${inferenceSignature}.`
    : `${name} has no method that Slipway can call. Add one of ${signatures}.`;
  return problem(at, name, message);
}

/** Reports a `run_many` that neither Slipway nor the plugin calls. */
function unusedRunMany({ lineage }: Ancestry, { called }: Outline): Finding[] {
  const owner = lineage.find(({ members }) => members.has(runMany));
  const hasOther = lineage.some(({ members }) => [...methods.keys()].some((name) => members.has(name)));
  if (!owner || !hasOther || called.has(runMany)) return [];
  const method = `${owner.name}.${runMany}`;
  const message = `Slipway doesn't call ${method} without batching. To batch calls, set serve_config = {"batching": {}} in manifest.py.`;
  return [warning(owner.members.get(runMany)?.at ?? owner.at, method, message)];
}

function checkMethod(lineage: readonly ClassOutline[], name: string): Checked {
  const owner = lineage.find(({ members }) => members.has(name));
  const arity = owner?.members.get(name);
  const expected = expectations.get(name);
  if (!arity || !expected) return clean;
  const method = `${owner?.name}.${name}`;
  if (name === runMany && arity.isGenerator) {
    const message = `${method} yields, but answers to batches aren't streamed. Return a list with one answer for each input.`;
    return { problems: [problem(arity.at, method, message)], warnings: [] };
  }
  const isAccepted = acceptsArguments(arity, expected.argumentCount);
  const inputs = name === 'predict' ? separateInputs(arity) : undefined;
  if (inputs) {
    const message = `${method} takes inputs as arguments, but Slipway passes the whole request as ${inputs.first}. Declare it as ${inferenceSignature}, and read inputs["${inputs.first}"].`;
    return isAccepted && !inputs.isTyped
      ? { problems: [], warnings: [warning(arity.at, method, message)] }
      : { problems: [problem(arity.at, method, message)], warnings: [] };
  }
  if (isAccepted) return clean;
  const passed = name === 'predict' ? 'a request' : 'inputs and parameters';
  const message = `${method} cannot be called with ${passed}. Declare it as ${expected.signature}.`;
  return { problems: [problem(arity.at, method, message)], warnings: [] };
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

function warning(at: Span, subject: string, message: string): Finding {
  return fileFinding('SLM402', { file: realtimeFile, at }, subject, message);
}
