// Links the files of a plugin (scan policy §5.6a). Every file is first analyzed as if it stood alone. A file whose imports turn out to
// lead to something that matters is analyzed again with that knowledge, which may give its own names a meaning in other files. This
// ends when nothing changes, and the result does not depend on the order of the files.
import { finding } from '../../contract/findings/finding.ts';
import type { PolicyLevel } from '../../contract/states.ts';
import { policyFor } from '../policy/policy.ts';
import type { FileAnalysis } from './file-analysis.ts';
import { Linker } from './linker.ts';
import { type Links, noLinks, type Question } from './links.ts';
import { ModuleTree } from './module-tree.ts';

/** How often files are analyzed again, per file of the plugin. Only aliases that go around in circles through files take more. */
const passesMax = 8;

/** Another analysis of a file: the answers to the questions of the last one are no longer those it had. */
export interface Reanalysis {
  path: string;
  links: Links;
  /** Returns the answers to an earlier analysis's questions, to find out whether its result still holds. */
  answersTo(questions: readonly Question[]): string;
}

export interface LinkedFile {
  analysis: FileAnalysis;
  /** The answers that the analysis depends on. Empty if it is that of a file that stands alone. */
  answers: string;
}

export class PluginLinks {
  private readonly tree: ModuleTree;
  private readonly level: PolicyLevel;

  /** `paths`: all files of the plugin, relative to its root. */
  constructor(paths: readonly string[], level: PolicyLevel) {
    const policy = policyFor('seed');
    this.level = level;
    this.tree = new ModuleTree(
      paths,
      (root) => policy.governed.has(root) || policy.importEntries(root).some(({ ruleId }) => ruleId === 'SLP101'),
    );
  }

  /** The first components of the plugin's modules. */
  get roots(): string[] {
    return this.tree.rootNames;
  }

  /** The links of a file that stands alone, except that it knows which modules are the plugin's own. */
  get alone(): Links {
    return linksOfRoots(this.roots);
  }

  ownedAmong(roots: readonly string[]): string[] {
    return roots.filter((root) => this.tree.owns(root));
  }

  /** `files`: the analysis of each file as if it stood alone. */
  async link(
    files: ReadonlyMap<string, FileAnalysis>,
    analyze: (reanalysis: Reanalysis) => Promise<FileAnalysis>,
  ): Promise<Map<string, LinkedFile>> {
    const linker = new Linker(this.tree, policyFor(this.level));
    const linked = new Map<string, LinkedFile>();
    for (const [path, analysis] of files) {
      linked.set(path, { analysis, answers: '' });
      linker.setSummary(path, analysis.summary);
    }
    const pending = new Set(this.inOrder(files));
    const dependents = this.dependentsOf(files);
    let passes = passesMax * files.size + passesMax;
    for (const path of pending) {
      pending.delete(path);
      const file = linked.get(path);
      if (!file) continue;
      const answers = linker.isExhausted ? undefined : linker.answersTo(path, file.analysis.questions);
      if (linker.isExhausted) {
        refuse(path, file);
        break;
      }
      if (answers === file.answers) continue;
      passes -= 1;
      if (passes < 0) {
        refuse(path, file);
        continue;
      }
      const links = linker.linksOf(path);
      const analysis = await analyze({ path, links, answersTo: (questions) => linker.answersTo(path, questions) });
      const settled = { analysis, answers: linker.answersTo(path, analysis.questions) };
      linked.set(path, settled);
      if (JSON.stringify(analysis.summary) === JSON.stringify(file.analysis.summary)) continue;
      linker.setSummary(path, analysis.summary);
      for (const other of dependents(path)) pending.add(other);
    }
    return linked;
  }

  /** Lists the files that ask about others, those they import first. */
  private inOrder(files: ReadonlyMap<string, FileAnalysis>): string[] {
    const order: string[] = [];
    const seen = new Set<string>();
    for (const start of [...files.keys()].sort()) {
      const open = [{ path: start, isDone: false }];
      for (let next = open.pop(); next; next = open.pop()) {
        if (next.isDone) order.push(next.path);
        if (next.isDone || seen.has(next.path)) continue;
        seen.add(next.path);
        open.push({ path: next.path, isDone: true });
        for (const path of this.importedFiles(next.path, files)) open.push({ path, isDone: false });
      }
    }
    return order.filter((path) => (files.get(path)?.questions.length ?? 0) > 0);
  }

  /** Returns a function that lists the files which import a file, directly or through others. */
  private dependentsOf(files: ReadonlyMap<string, FileAnalysis>): (path: string) => Iterable<string> {
    const importing = new Map<string, string[]>();
    for (const path of files.keys()) {
      for (const imported of this.importedFiles(path, files)) {
        const paths = importing.get(imported) ?? [];
        importing.set(imported, paths);
        paths.push(path);
      }
    }
    return (path) => {
      const found = new Set(importing.get(path));
      for (const at of found) for (const other of importing.get(at) ?? []) found.add(other);
      return found;
    };
  }

  private importedFiles(path: string, files: ReadonlyMap<string, FileAnalysis>): string[] {
    const modules = (files.get(path)?.questions ?? []).flatMap((question) => {
      const module = this.tree.resolve(path, question.module);
      if (module === undefined) return [];
      const members = question.kind === 'path' ? question.path : question.kind === 'member' ? [question.name] : [];
      return [module, ...members.map((_, at) => [module, ...members.slice(0, at + 1)].join('.'))];
    });
    return [...new Set(modules)].flatMap((module) => this.tree.filesOf(module));
  }
}

export function linksOfRoots(roots: readonly string[]): Links {
  const own = new Set(roots);
  return { ...noLinks, owns: (root) => own.has(root) };
}

function refuse(path: string, { analysis }: LinkedFile): void {
  const detail = 'names go around in circles through the files of the plugin';
  analysis.findings.push(finding('SLP603', { file: path }, '', { detail }));
}
