// Finds the bindings through which an expression comes to refer to a name, so that a finding can show them. Has no effect on results:
// if the path is unknown or takes too long to find, the trail ends early.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import type { Report } from '../file/report.ts';
import { findSources } from '../flows/sources.ts';
import type { ExportedValue } from '../linking/file-analysis.ts';
import { isOwn, joinTrails, type Linked, type Links, ownPrefix, targetToward } from '../linking/links.ts';
import type { Bindings } from '../names/bindings.ts';
import { type Binding, type BoundValue, type Step, stepsTo } from '../names/bound-values.ts';
import type { Variable } from '../names/scopes.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { References } from './references.ts';

/** Maximum bindings to check for all findings of a file. */
const bindingsMax = 20_000;

interface TrailsContext {
  names: Bindings;
  references: References;
  links: Links;
  policy: ScanPolicy;
  report: Report;
}

/** Bindings in this file. If the last one imports from another plugin file, also the path after its module. */
type Way = Pick<ExportedValue, 'trail' | 'path'>;

interface Search {
  /** Canonical name to find. */
  target: string;
  /** Variables already visited. */
  seen: Set<Variable>;
}

export class Trails {
  private readonly context: TrailsContext;
  private bindingsLeft = bindingsMax;

  constructor(context: TrailsContext) {
    this.context = context;
  }

  /** Returns the bindings between the expression and the canonical name, nearest first. Empty if there is nothing to explain. */
  of(expression: NodeIndex, target: string): readonly TrailStep[] {
    const { report } = this.context;
    const { path, trail } = this.search(expression, [], { target, seen: new Set() }) ?? { trail: [] };
    const [only] = trail;
    const isPlainImport = trail.length === 1 && only?.member === undefined && only?.module === only?.name;
    const { module } = trail.at(-1) ?? {};
    const beyond = path && module !== undefined ? this.beyond(module, path, target) : [];
    if (isPlainImport && beyond.length === 0) return [];
    return joinTrails(
      trail.map((step) => ({ file: report.file, ...step })),
      beyond,
    );
  }

  /** Returns the bindings through which a module variable comes to hold the name. */
  ofVariable(variable: Variable, target: string): Way {
    const way = this.through(variable, [], { target, seen: new Set([variable]) });
    const [first] = variable.bindings;
    return way ?? { trail: first ? [this.stepOf(variable, first)] : [] };
  }

  /** Searches for the bindings. Returns undefined if the steps don't lead from the expression to the target. */
  private search(expression: NodeIndex, after: readonly Step[], search: Search): Way | undefined {
    const { names, references } = this.context;
    if (search.seen.size >= trailStepsMax || this.bindingsLeft <= 0) return undefined;
    for (const source of findSources(names, expression)) {
      const { origin } = source;
      const steps = [...source.steps, ...after];
      if (!references.reaches({ origin, steps }, search.target)) continue;
      if (origin.kind !== 'name') return { trail: [] };
      const variables = names.variablesRead(origin.node);
      const untried = variables.filter((variable) => !search.seen.has(variable));
      for (const variable of untried) {
        search.seen.add(variable);
        const way = this.through(variable, steps, search);
        if (way) return way;
      }
      if (untried.length > 0 || variables.length === 0) return { trail: [] };
    }
    return undefined;
  }

  private through(variable: Variable, steps: readonly Step[], search: Search): Way | undefined {
    const { names, references } = this.context;
    for (const binding of this.inOrder(variable.bindings)) {
      this.bindingsLeft -= 1;
      const way = binding.value && this.fromBinding(binding.value, steps, search);
      if (way) return { ...way, trail: [this.stepOf(variable, binding), ...way.trail] };
    }
    for (const argument of references.argumentsFor(variable)) {
      this.bindingsLeft -= 1;
      const way = this.search(argument, steps, search);
      const line = this.context.report.lineOf(names.tree.start(argument));
      if (way) return { ...way, trail: [{ line, name: variable.name }, ...way.trail] };
    }
    return undefined;
  }

  /** Puts star imports last, because they may only lead back, through other files, to this file's own bindings. */
  private inOrder(bindings: readonly Binding[]): readonly Binding[] {
    const isStar = ({ node }: Binding) => this.context.names.tree.kind(node) === Kind.wildcardImport;
    if (bindings.length < 2 || !bindings.some(isStar)) return bindings;
    return [...bindings.filter((binding) => !isStar(binding)), ...bindings.filter(isStar)];
  }

  private fromBinding(value: BoundValue, steps: readonly Step[], search: Search): Way | undefined {
    switch (value.kind) {
      case 'module':
      case 'member':
        return this.fromImport(value, steps, search);
      case 'function':
        return undefined;
      default:
        return this.search(value.node, [...stepsTo(value), ...steps], search);
    }
  }

  private fromImport(
    value: Extract<BoundValue, { kind: 'module' | 'member' }>,
    steps: readonly Step[],
    { target }: Search,
  ): Way | undefined {
    const { links, policy, references } = this.context;
    const members = value.kind === 'module' ? [] : [value.member];
    const isReached = ({ value: from }: Pick<Linked, 'value'>) =>
      references.leadsTo(policy.canonicalName(from), steps, target);
    if (isOwn(links, value.module)) {
      const linked =
        value.kind === 'module' ? [{ value: ownPrefix + value.module }] : links.member(value.module, value.member);
      const attributes = steps.flatMap((step) => (step.kind === 'attribute' ? [step.name] : []));
      if (linked.some(isReached)) return { trail: [], path: [...members, ...attributes] };
    }
    const outside = policy.canonicalImport([value.module, ...members].join('.'));
    return isReached({ value: outside }) ? { trail: [] } : undefined;
  }

  /** Returns the part of a trail that is in other files. */
  private beyond(module: string, path: readonly string[], target: string): readonly TrailStep[] {
    const { links } = this.context;
    let at: Linked = { value: ownPrefix + module, trail: [] };
    for (const name of path) {
      if (!at.value.startsWith(ownPrefix)) break;
      const next = targetToward(target, links.member(at.value, name));
      if (!next) break;
      at = { value: next.value, trail: joinTrails(at.trail, next.trail) };
    }
    return at.trail;
  }

  private stepOf({ name }: Variable, { node, value }: Binding): Way['trail'][number] {
    const line = this.context.report.lineOf(this.context.names.tree.start(node));
    if (value?.kind === 'module') return { line, name, module: value.module };
    return value?.kind === 'member' ? { line, name, module: value.module, member: value.member } : { line, name };
  }
}
