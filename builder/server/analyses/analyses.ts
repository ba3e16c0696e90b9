// Manages this builder's analyses. Identical requests share one run, only a few run at a time, and results are stored on disk. They
// have their own slots, so that no build waits for an analysis.
import {
  type AnalysisSpec,
  analysisKey,
  type ProgramAnalysis,
  unanalyzed,
} from '../../../src/contract/builder/analyses.ts';
import type { BuildMachine } from '../builds/build.ts';
import { BuildFailed } from '../builds/build-failed.ts';
import type { JsonRecords } from '../builds/json-records.ts';
import { EqualWork } from '../core/equal-work.ts';
import { FairSlots } from '../core/fair-slots.ts';
import { runAnalysis } from './analysis.ts';
import { AnalysisFailed, type Analyzer } from './analyzer.ts';

export class Analyses {
  readonly #machine: BuildMachine;
  readonly #analyzer: Analyzer;
  readonly #analyses: EqualWork<{ result: Promise<ProgramAnalysis> }>;
  readonly #records: JsonRecords<ProgramAnalysis>;

  constructor(machine: BuildMachine, analyzer: Analyzer, records: JsonRecords<ProgramAnalysis>) {
    this.#machine = machine;
    this.#analyzer = analyzer;
    this.#records = records;
    const { analysesAtOnce, analysesPerOrganization } = machine.limits;
    this.#analyses = new EqualWork(new FairSlots(analysesAtOnce, analysesPerOrganization));
  }

  get recipe(): string {
    return this.#analyzer.recipe;
  }

  /** Returns whether the result is already stored, so that the archive isn't needed. */
  async hasOutcome({ archive }: AnalysisSpec): Promise<boolean> {
    return (await this.#records.get(await analysisKey(archive, this.recipe))) !== undefined;
  }

  /** If the program can't be analyzed, returns UNANALYZED with the reason, which isn't stored. Rejects on internal errors. */
  async analyze(spec: AnalysisSpec): Promise<ProgramAnalysis> {
    const key = await analysisKey(spec.archive, this.recipe);
    const stored = await this.#records.get(key);
    if (stored) return stored;
    const { organization } = spec;
    const { result } = await this.#analyses.join({ organization, key }, () => {
      const ended = this.#run(key, spec);
      return { run: { result: ended }, ended };
    });
    return result;
  }

  async #run(key: string, spec: AnalysisSpec): Promise<ProgramAnalysis> {
    const { recipe } = this;
    try {
      const analysis = { recipe, ...(await runAnalysis(this.#machine, this.#analyzer, spec)) };
      await this.#records.put(key, analysis);
      return analysis;
    } catch (cause) {
      if (!(cause instanceof AnalysisFailed || cause instanceof BuildFailed)) throw cause;
      return { recipe, reached: [unanalyzed(cause.message)], functions: null };
    }
  }
}
