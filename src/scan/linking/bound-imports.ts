// Resolves the names that imports bind in a plugin's files: names in the plugin's modules, members of outside modules, and unbound
// names that a module's `__getattr__` may create.
import { rootModule, standardSubmodules } from '../policy/listed-modules.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { type ImportedName, importedPath } from './file-analysis.ts';
import { anyMember } from './file-imports.ts';
import type { BoundImport, IndexedSummary } from './indexed-summary.ts';
import { isOwn, moduleGetter, ownPrefix, resultName } from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import type { Place } from './name-targets.ts';
import type { StarImports } from './star-imports.ts';

/** A file that a `__getattr__` may come from, and the names that it has for the function. */
interface Origin {
  file: string;
  names: readonly string[];
}

interface Made {
  name: string;
  /** Names in statements that bind the function in ways other than by its definition. */
  values: ReadonlySet<string>;
}

export class BoundImports {
  private readonly tree: ModuleTree;
  private readonly policy: ScanPolicy;
  private readonly stars: StarImports;

  constructor(tree: ModuleTree, policy: ScanPolicy, stars: StarImports) {
    this.tree = tree;
    this.policy = policy;
    this.stars = stars;
  }

  /** Returns the targets that the file's imports bind the name to. Looks a file's name up for all modules that lead to the file. */
  of(file: string, name: string): readonly BoundImport[] {
    const summary = this.stars.summaryOf(file);
    if (!summary) return [];
    const made = this.stars.makesNames(summary) ? this.madeBy(file, name) : [];
    const known = summary.bound.get(name);
    if (known) return [...known, ...made];
    const bound: BoundImport[] = (summary.imports.get(name) ?? []).map((imported) => ({
      step: { file, ...imported },
      from: this.placeOf(file, imported),
      values: this.valuesOf(file, imported),
    }));
    bound.push(...this.resultsOf(file, summary));
    summary.bound.set(name, bound);
    return [...bound, ...made];
  }

  /** Returns the sources of a `__getattr__` that the file imports. Any name may be its result. */
  private resultsOf(file: string, { imports }: IndexedSummary): BoundImport[] {
    return (imports.get(moduleGetter) ?? []).flatMap((imported) => {
      const from = this.placeOf(file, imported);
      if (!from) return [];
      return [{ step: { file, ...imported }, from: { ...from, name: resultName(from.name) }, values: [] }];
    });
  }

  private placeOf(file: string, { member, module }: ImportedName): Pick<Place, 'module' | 'name'> | undefined {
    const absolute = this.tree.resolveOwn(file, module);
    return absolute === undefined || member === undefined ? undefined : { module: absolute, name: member };
  }

  /** Returns the values that an import binds, unless it binds a name in a plugin module. */
  private valuesOf(file: string, imported: ImportedName): string[] {
    if (!isOwn(this.tree, imported.module)) return [this.policy.canonicalImport(importedPath(imported))];
    const absolute = this.tree.resolve(file, imported.module);
    return imported.member === undefined && absolute !== undefined ? [ownPrefix + absolute] : [];
  }

  /**
   * Returns the values that a `__getattr__` of the module may return for the name. The function may be any callable object, so it isn't
   * followed. It counts as returning each governed module that its file imports, and any member of one.
   */
  private madeBy(file: string, name: string): BoundImport[] {
    const summary = this.stars.summaryOf(file);
    if (summary?.alwaysBound.has(name) && !this.stars.deleted.has(name)) return [];
    const others = this.isSubmodule(file, name) ? [] : this.stars.makers;
    const makers = [...new Set([...others, ...(summary?.maker ? [file] : [])])];
    const values = makers.flatMap((maker) => this.stars.summaryOf(maker)?.maker?.values ?? []);
    const made: Made = { name, values: new Set(values) };
    return [
      ...makers.flatMap((maker) => this.freeNames(maker, name)),
      ...this.originsOf(makers).flatMap((origin) => this.importsIn(origin, made)),
    ];
  }

  /** Returns whether the file is a package and the name is one of its modules, so that no `__getattr__` has to create it. */
  private isSubmodule(file: string, name: string): boolean {
    const module = /(?:^|\/)__init__\.py$/.test(file) ? this.tree.resolve(file, '.') : undefined;
    return module !== undefined && [...this.tree.childrenOf(module)].includes(name);
  }

  /** Returns the files, and the files from which their `__getattr__` bindings come. */
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
  private importsIn(file: string, { name, values }: Made): BoundImport[] {
    const summary = this.stars.summaryOf(file);
    const imports = [...(summary?.imports.values() ?? []), summary?.inner ?? []].flat();
    this.stars.spend(imports.length);
    return imports.flatMap((imported) => {
      const step = { file, ...imported };
      const module = this.ownModule(file, imported);
      if (module !== undefined)
        return { step, from: { module, name }, values: values.has(imported.name) ? [ownPrefix + module] : [] };
      if (isOwn(this.tree, imported.module)) return [];
      const path = this.policy.canonicalImport(importedPath(imported));
      // The function's own result is followed, but its lookups aren't.
      const found = [
        ...(values.size > 0 || name === anyMember ? this.governedModule(path) : []),
        ...this.governedMember(path, name),
      ];
      return { step, from: undefined, values: found };
    });
  }

  /** Returns names that the binding statements use without an import: `__builtins__`, or names that a star import may bind. */
  private freeNames(file: string, name: string): BoundImport[] {
    const { maker } = this.stars.summaryOf(file) ?? {};
    const modules = (maker?.values ?? []).filter((value) => value === builtinsName || this.policy.governs(value));
    const values = modules.flatMap((module) => [module, this.policy.canonicalName(`${module}.${name}`)]);
    const step = { file, line: maker?.line ?? 1, name: moduleGetter };
    return values.length === 0 ? [] : [{ step, from: undefined, values }];
  }

  private governedModule(path: string): string[] {
    const isSubmodule = standardSubmodules.has(path) && this.policy.governs(rootModule(path));
    return isSubmodule || this.policy.governs(path) ? [path] : [];
  }

  /** Returns the member if it is a governed module, or a name in one that matters. */
  private governedMember(path: string, name: string): string[] {
    const member = this.policy.canonicalImport(`${path}.${name}`);
    const isForbidden = this.policy.governs(path) && this.policy.memberAt(member) !== undefined;
    return isForbidden || this.policy.governs(member) ? [member] : [];
  }

  /** Returns the plugin module that the import binds. */
  private ownModule(file: string, { member, module }: ImportedName): string | undefined {
    const absolute = this.tree.resolveOwn(file, module);
    if (absolute === undefined || member === undefined) return absolute;
    return this.tree.has(`${absolute}.${member}`) ? `${absolute}.${member}` : undefined;
  }
}
