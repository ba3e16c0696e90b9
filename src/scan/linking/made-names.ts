// Finds what a module's `__getattr__` may make of names that nothing binds in the module. The function may be any object that can be
// called, so that it is not followed: it counts as returning each governed module that its file imports, and any member of one.
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import type { ImportedName } from './file-analysis.ts';
import { rootOf } from './file-imports.ts';
import type { BoundImport } from './indexed-summary.ts';
import { moduleGetter, ownPrefix } from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import type { StarImports } from './star-imports.ts';

/** A file that the function may come from, and the names in it by which it does. */
interface Origin {
  file: string;
  names: readonly string[];
}

export class MadeNames {
  private readonly tree: ModuleTree;
  private readonly policy: ScanPolicy;
  private readonly stars: StarImports;

  constructor(tree: ModuleTree, policy: ScanPolicy, stars: StarImports) {
    this.tree = tree;
    this.policy = policy;
    this.stars = stars;
  }

  of(file: string, name: string): BoundImport[] {
    const summary = this.stars.summaryOf(file);
    if (summary?.alwaysBound.has(name)) return [];
    const makers = [...this.stars.makers, ...(summary?.maker ? [file] : [])];
    const origins = this.originsOf(makers);
    return [
      ...makers.flatMap((maker) => this.freeNames(maker, name)),
      ...origins.flatMap((origin) => this.importsIn(origin, name)),
    ];
  }

  /** Returns the files, and those that what they bind `__getattr__` to comes from. */
  private originsOf(makers: readonly string[]): string[] {
    const files = new Set(makers);
    const open = makers.map((file): Origin => ({ file, names: this.stars.summaryOf(file)?.maker?.values ?? [] }));
    for (const origin of open) {
      for (const next of this.originsOfNames(origin)) {
        if (!files.has(next.file)) open.push(next);
        files.add(next.file);
      }
    }
    return [...files];
  }

  private originsOfNames({ file, names }: Origin): Origin[] {
    const summary = this.stars.summaryOf(file);
    const origins = names.flatMap((value) =>
      (summary?.imports.get(value) ?? []).flatMap((imported) => {
        const module = this.ownModule(file, imported);
        if (module !== undefined) return [module, ...names.map((child) => `${module}.${child}`)];
        return this.tree.resolve(file, imported.module) ?? [];
      }),
    );
    const starred = names.length > 0 ? (summary?.stars.own ?? []).map(({ module }) => module) : [];
    const behind = [...origins, ...starred].flatMap((module) => this.tree.filesOf(module));
    const members = names.flatMap((value) => (summary?.imports.get(value) ?? []).map(({ member }) => member ?? value));
    return behind.map((next) => ({ file: next, names: [...names, ...members] }));
  }

  /** Returns what the function may take from modules that the file imports. */
  private importsIn(file: string, name: string): BoundImport[] {
    const summary = this.stars.summaryOf(file);
    const imports = [...(summary?.imports.values() ?? []), summary?.inner ?? []].flat();
    this.stars.spend(imports.length);
    return imports.flatMap((imported) => {
      const step = { file, ...imported };
      const module = this.ownModule(file, imported);
      if (module !== undefined) return { step, from: { module, name }, values: [ownPrefix + module] };
      if (this.stars.isOwn(imported.module)) return [];
      const { member } = imported;
      const path = this.policy.canonicalImport(member === undefined ? imported.module : `${imported.module}.${member}`);
      return { step, from: undefined, values: this.governedAmong(path, name) };
    });
  }

  /** Returns what the statements that bind the function name without an import: `__builtins__`, or what a star import may bind. */
  private freeNames(file: string, name: string): BoundImport[] {
    const { maker } = this.stars.summaryOf(file) ?? {};
    const modules = (maker?.values ?? []).filter((value) => value === builtinsName || this.policy.governs(value));
    const values = modules.flatMap((module) => [module, this.policy.canonicalName(`${module}.${name}`)]);
    const step = { file, line: maker?.line ?? 1, name: moduleGetter };
    return values.length === 0 ? [] : [{ step, from: undefined, values }];
  }

  /** Returns the governed module that an import binds, and the member of it. Where a forbidden function is imported, that is a finding. */
  private governedAmong(path: string, name: string): string[] {
    const member = this.policy.canonicalImport(`${path}.${name}`);
    const found = this.policy.memberAt(path) === undefined ? [path, member] : [member];
    return found.filter((value) => this.policy.governs(rootOf(value)));
  }

  /** Returns the plugin's module that the import binds. */
  private ownModule(file: string, { member, module }: ImportedName): string | undefined {
    const absolute = this.stars.isOwn(module) ? this.tree.resolve(file, module) : undefined;
    if (absolute === undefined || member === undefined) return absolute;
    return this.tree.has(`${absolute}.${member}`) ? `${absolute}.${member}` : undefined;
  }
}
