// Links a plugin's files (scan policy §5.6a). First, every file is analyzed on its own. If its imports turn out to lead to something
// that matters, the file is analyzed again with that knowledge, which may give its own names a meaning in other files. This ends when
// nothing changes; the result doesn't depend on file order.
import { finding } from '../../contract/findings/finding.ts';
import { linkedNamesMax } from '../../contract/limits/scans.ts';
import type { PolicyLevel } from '../../contract/states.ts';
import { policyFor } from '../policy/policy.ts';
import { emptySummary, type FileAnalysis, type FileSummary } from './file-analysis.ts';
import { Linker } from './linker.ts';
import { type Links, noLinks, type Question } from './links.ts';
import { ModuleTree } from './module-tree.ts';
import { stronglyConnectedComponents } from './strongly-connected-components.ts';

/** Maximum reanalyses per plugin file. Only aliases that go in circles through files need more. */
const passesMax = 8;

/** Number of imported names that take as much memory as one exported name, which has values with trails. */
const importsPerExport = 4;

/** Another analysis of a file, because the answers to its last analysis's questions have changed. */
export interface Reanalysis {
  path: string;
  links: Links;
  /** Returns the answers to an earlier analysis's questions, to check whether its result still holds. */
  answersTo(questions: readonly Question[]): string;
}

export interface LinkedFile {
  analysis: FileAnalysis;
  /** Answers on which the analysis depends; empty for the analysis of a standalone file. */
  answers: string;
}

export class PluginLinks {
  private readonly tree: ModuleTree;
  private readonly level: PolicyLevel;
  /** Links for analyzing a file on its own. They only know which modules are the plugin's own. */
  readonly alone: Links;
  private namesLeft = linkedNamesMax;

  /** `paths` has all of the plugin's files, relative to its root. */
  constructor(paths: readonly string[], level: PolicyLevel) {
    const policy = policyFor('seed');
    this.level = level;
    this.tree = new ModuleTree(
      paths,
      (root) => policy.governed.has(root) || policy.importEntries(root).some(({ ruleId }) => ruleId === 'SLP101'),
    );
    this.alone = linksForRoots(this.roots);
  }

  /** First components of the plugin's modules. */
  get roots(): string[] {
    return this.tree.rootNames;
  }

  ownedAmong(roots: readonly string[]): string[] {
    return roots.filter((root) => this.tree.owns(root));
  }

  /** Returns the part of a file's standalone analysis to keep. Once the limit is reached, it has nothing for other files. */
  kept(analysis: FileAnalysis): FileAnalysis {
    const { exports, imports, stars } = analysis.summary;
    this.namesLeft -= imports.length + stars.length + exports.length * importsPerExport;
    return this.isFull ? { ...analysis, summary: emptySummary, questions: [] } : analysis;
  }

  /** True if the files have more names than the limit, which makes the plugin too complex. */
  get isFull(): boolean {
    return this.namesLeft < 0;
  }

  /** Links the files. `files` has the part kept of each file's standalone analysis. */
  async link(
    files: ReadonlyMap<string, FileAnalysis>,
    analyze: (reanalysis: Reanalysis) => Promise<FileAnalysis>,
  ): Promise<Map<string, LinkedFile>> {
    const linker = new Linker(this.tree, policyFor(this.level));
    const linked = new Map<string, LinkedFile>();
    for (const [path, analysis] of files) linked.set(path, { analysis, answers: '' });
    const [first] = [...linked].sort(([a], [b]) => (a < b ? -1 : 1));
    if (this.isFull && first) {
      refuse(...first, `the files of the plugin have more than ${linkedNamesMax} names for each other`);
      return linked;
    }
    linker.setSummaries([...files].map(([path, { summary }]) => [path, summary]));
    let passes = passesMax * files.size + passesMax;
    for (const component of this.importGroups(files)) {
      // Files that import each other are analyzed in rounds, because each change may change all their answers.
      for (let isSettled = false; !isSettled; ) {
        const changed: [path: string, summary: FileSummary][] = [];
        for (const path of component) {
          const file = linked.get(path);
          const answers = file && linker.answersTo(path, file.analysis.questions);
          if (file && linker.isExhausted) {
            refuse(path, file);
            return linked;
          }
          if (!file || answers === file.answers) continue;
          passes -= 1;
          if (passes < 0) {
            refuse(path, file);
            return linked;
          }
          const links = linker.linksOf(path);
          const analysis = await analyze({ path, links, answersTo: (questions) => linker.answersTo(path, questions) });
          const reanalyzed = { analysis, answers: linker.answersTo(path, analysis.questions) };
          linked.set(path, reanalyzed);
          if (linker.isExhausted) {
            refuse(path, reanalyzed);
            return linked;
          }
          if (JSON.stringify(analysis.summary) !== JSON.stringify(file.analysis.summary))
            changed.push([path, analysis.summary]);
        }
        if (changed.length > 0) linker.setSummaries(changed);
        isSettled = changed.length === 0;
      }
    }
    return linked;
  }

  /**
   * Groups the files that ask about others. Files that import each other are in one group, which follows the files that they import.
   */
  private importGroups(files: ReadonlyMap<string, FileAnalysis>): string[][] {
    const components = stronglyConnectedComponents([...files.keys()].sort(), (path) => this.importedFiles(path, files));
    return components
      .map((paths) => paths.filter((path) => (files.get(path)?.questions.length ?? 0) > 0).sort())
      .filter((paths) => paths.length > 0);
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

export function linksForRoots(roots: readonly string[]): Links {
  const own = new Set(roots);
  return { ...noLinks, isShared: own.size > 0, owns: (root) => own.has(root) };
}

const circles = 'names refer to each other in circles through the files of the plugin';

function refuse(path: string, { analysis }: LinkedFile, detail = circles): void {
  analysis.findings.push(finding('SLP603', { file: path }, '', { detail }));
}
