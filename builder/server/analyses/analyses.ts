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
import { problemText } from '../core/machine-problem.ts';
import { Refusal } from '../core/refusal.ts';
import { runAnalysis } from './analysis.ts';
import type { Analyzer } from './analyzer.ts';
import { AnalysisFailed, AnalyzerCrashed } from './run-analyzer.ts';
import { tryAnalyzer } from './try-analyzer.ts';

const crashed =
  "Slipway's analyzer of Go programs crashed, which is not the plugin's fault. Its operator finds the cause in the builder's log (`analysis.crashed`).";

export class Analyses {
  readonly #machine: BuildMachine;
  readonly #analyzer: Analyzer;
  readonly #analyses: EqualWork<{ result: Promise<ProgramAnalysis> }>;
  readonly #records: JsonRecords<ProgramAnalysis>;
  #trial: Promise<void> | undefined;
  #problem: string | undefined;
  #onProblem = () => {};

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

  /** Why no program can be analyzed with this machine's Go. Undefined as long as nothing shows it. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Calls the listener if the trial finds a problem, or has found one. */
  onProblem(listener: () => void): void {
    this.#onProblem = listener;
    if (this.#problem !== undefined) listener();
  }

  /** Tries the analyzer in the background if it is already built. Otherwise the first analysis builds it, which takes a minute. */
  async open(): Promise<void> {
    await this.#records.open();
    if ((await this.#analyzer.isBuilt()) && !(await this.#hasPassed()))
      this.#ready().catch((cause) => this.#machine.log.error('analyzer.not_tried', { cause }));
  }

  /** Returns whether the result is already stored, so that the archive isn't needed. */
  async hasOutcome({ archive }: AnalysisSpec): Promise<boolean> {
    return (await this.#records.get(await analysisKey(archive, this.recipe))) !== undefined;
  }

  /**
   * If the program can't be analyzed, returns UNANALYZED with the reason, which isn't stored. Rejects with a Refusal if the analyzer is at
   * fault, and with other errors if the builder is.
   */
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
      await this.#ready();
      if (this.#problem !== undefined) throw new Refusal('capability-missing', this.#problem);
      const analysis = { recipe, ...(await runAnalysis(this.#machine, this.#analyzer, spec)) };
      await this.#records.put(key, analysis);
      return analysis;
    } catch (cause) {
      if (cause instanceof AnalyzerCrashed) {
        const { errors, message: reason } = cause;
        this.#machine.log.error('analysis.crashed', { archive: spec.archive, reason, errors });
        throw new Refusal('analyzer-failed', crashed);
      }
      if (!(cause instanceof AnalysisFailed || cause instanceof BuildFailed)) throw cause;
      return { recipe, reached: [unanalyzed(cause.message)], functions: null };
    }
  }

  /** Builds and tries the analyzer once. Concurrent calls share the work; after a failure, the next call retries. */
  #ready(): Promise<void> {
    this.#trial ??= this.#try().catch((error) => {
      this.#trial = undefined;
      throw error;
    });
    return this.#trial;
  }

  /** An analyzer that passed its trial passes it again, so the result is stored as a plugin's is. */
  async #hasPassed(): Promise<boolean> {
    return (await this.#records.get(await trialKey(this.recipe))) !== undefined;
  }

  async #try(): Promise<void> {
    const { recipe } = this;
    if (await this.#hasPassed()) return await this.#analyzer.ready();
    const tried = await tryAnalyzer(this.#machine, this.#analyzer);
    if ('reached' in tried) return await this.#records.put(await trialKey(recipe), { recipe, ...tried });
    this.#problem = problemText(tried);
    this.#machine.log.error('analyzer.unusable', { problem: this.#problem });
    this.#onProblem();
  }
}

function trialKey(recipe: string): Promise<string> {
  return analysisKey('trial', recipe);
}
