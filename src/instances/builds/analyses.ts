// Makes the builder analyze what a Go plugin's program can reach, once per source and analyzer. The result is stored with the version,
// so the next version with the same source finds it.
import { and, eq, sql } from 'drizzle-orm';
import {
  type Analysis,
  type AnalysisSpec,
  analysisFailure,
  type ProgramAnalysis,
} from '../../contract/builder/analyses.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { Problem } from '../../core/problem.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { Claim } from '../../registry/uploads/uploads.ts';
import { sendSource } from './builds.ts';
import { storeReached } from './reached-functions.ts';

type AnalysisDeps = Pick<Deps, 'db' | 'blobs' | 'builder'>;

export async function analyzeProgram(deps: AnalysisDeps, { upload }: Claim, sha256: string): Promise<Analysis> {
  const { builds } = await deps.builder.capabilities();
  if (!builds.available) throw new Problem('capability-missing', builds.reason);
  const known = await knownAnalysis(deps, sha256, builds.analyzer);
  return known ?? (await analyzeSource(deps, { runtime: 'go', organization: upload.organizationId, archive: sha256 }));
}

/** Ignores failed analyses, since a retry may succeed. */
async function knownAnalysis({ db }: AnalysisDeps, sha256: string, recipe: string): Promise<Analysis | undefined> {
  const { capabilities } = pluginVersions;
  const found = await db
    .select({ capabilities })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.sha256, sha256), eq(sql`${capabilities} ->> '$.recipe'`, recipe)))
    .limit(1);
  const analysis = found[0]?.capabilities ?? undefined;
  return analysis && analysisFailure(analysis.reached) === undefined ? analysis : undefined;
}

/** Analyzes a stored source, and stores the functions that its program reaches. */
export async function analyzeSource(deps: AnalysisDeps, spec: AnalysisSpec): Promise<Analysis> {
  const { functions, ...analysis } = await requestAnalysis(deps, spec);
  if (functions !== null) await storeReached(deps, spec.archive, functions);
  return analysis;
}

async function requestAnalysis(deps: AnalysisDeps, spec: AnalysisSpec): Promise<ProgramAnalysis> {
  try {
    return await deps.builder.analyze(spec);
  } catch (error) {
    if (!(error instanceof BuilderError) || error.code !== 'blob-missing') throw error;
    await sendSource(deps, spec.archive);
    return deps.builder.analyze(spec);
  }
}
