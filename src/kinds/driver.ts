// Differences between plugin kinds on the way from bytes to traffic. pipeline.ts defines the order of the steps; a driver implements
// the kind-specific ones.
import type { OpenedArchive } from '../archive/open.ts';
import type { Meter } from '../archive/reading/meter.ts';
import type { Analysis } from '../contract/builder/analyses.ts';
import type { EnvironmentRef } from '../contract/builder/environments.ts';
import type { BuildOutput, InstallError } from '../contract/builder/go-plugins.ts';
import type { Finding } from '../contract/findings/finding.ts';
import type { VersionPlacement } from '../contract/plugin/version-placement.ts';
import type { Deps } from '../deps.ts';
import type { EnvironmentUse, StartedUse } from '../instances/environments/environment.ts';
import type { Deployment } from '../pointers/overview.ts';
import type { ArchivePlace } from '../registry/storage/archive-place.ts';
import type { ReadProgress } from '../registry/storage/r2-archive.ts';
import type { AcceptedContent, UploadOutcome, UploadRejection } from '../registry/uploads/outcomes.ts';
import type { Claim, Upload } from '../registry/uploads/uploads.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import type { Promoted } from '../rollouts/steps/go-live.ts';

/** A claimed upload on its way to a version. */
export interface Publication {
  claim: Claim;
  /** Renews the lease between reads and files, stops at the deadline, and counts bytes read. */
  progress: ReadProgress;
  meter: Meter;
  /** Memory reserved for its archive until the archive is stored. */
  place: ArchivePlace;
  /** True if the work runs within a request and has a deadline. */
  inline: boolean;
}

/** The upload can't become a version. This outcome is final. */
export interface Rejected {
  state: 'rejected';
  rejection: UploadRejection;
}

/** The upload already has an outcome. */
export interface Ended {
  state: 'ended';
  outcome: UploadOutcome;
}

export interface Opened {
  state: 'opened';
  /** The claim. For a Git source, it includes the fetched commit. */
  claim: Claim;
  archive: OpenedArchive;
  /** Warnings about the upload itself, not its content. */
  uploadWarnings: Finding[];
}

/** An opened plugin, with the declarations in its own files. */
export interface Described extends Omit<Opened, 'state'> {
  state: 'described';
  facts: Pick<AcceptedContent, 'manifest' | 'source' | 'definition' | 'hasRealtime' | 'featureUri'>;
  /** Problems that reject the upload. */
  problems: Finding[];
  warnings: Finding[];
  /** Warnings reported depending on the organization's policy level. */
  advice: Finding[];
}

/** An upload that became a version. */
export type Published = Extract<UploadOutcome, { status: 'accepted' }>;

export type DescribedPlugin = Pick<Described, 'claim' | 'facts'>;

export interface KindDriver {
  /** Opens the uploaded archive, or fetches the Git source and opens it. */
  openArchive(deps: Deps, publication: Publication): Promise<Opened | Rejected>;
  /** Reads the plugin's declarations without running it. Returns `ended` if the upload's version is already published. */
  describe(deps: Deps, opened: Opened): Promise<Described | Rejected | Ended>;
  /** Builds the stored archive without running any of its code. Null if this kind has nothing to build. */
  build(
    deps: Deps,
    described: DescribedPlugin,
    sha256: string,
  ): Promise<{ state: 'built'; output: BuildOutput | null } | Rejected>;
  /**
   * Analyzes what the stored archive's program can reach, while it is being built. Null if this kind isn't analyzed. A failed analysis
   * is a result, which the policy rejects; throws if no builder responds.
   */
  analyze(deps: Deps, claim: Claim, sha256: string): Promise<Analysis | null>;
  /** Decides where a built version runs. Must follow every step that can reject the version, because this may start the plugin. */
  place(
    deps: Deps,
    described: DescribedPlugin,
    built: BuildOutput,
  ): Promise<{ state: 'placed'; placement: VersionPlacement } | Rejected>;
  /** Returns the error to report for a rejection by findings or after too many attempts. */
  rejectionError(reason: 'attempts' | Finding[], upload: Pick<Upload, 'source'>): InstallError | null;
  /** Handles a publishing failure: the client's mistakes reject or reopen the upload, everything else is retried. */
  handlePublishFailure(deps: Deps, publication: Publication, error: unknown): Promise<UploadOutcome>;
  /** Runs after the upload was accepted as a version, or ended because its version was already published. */
  afterPublish(deps: Deps, published: Published): Promise<void>;

  /** Returns whether this version's deployment has a build step. */
  hasBuildStep(version: PluginVersion): boolean;
  /** Runs the deployment's build step, which ensures that the instance's code exists. Returns the environment for its dependencies. */
  prepareDeployment(deps: Deps, use: EnvironmentUse & { version: PluginVersion }): Promise<EnvironmentRef | undefined>;
  /** Calls the ready instance before it can go live. */
  verify(deps: Deps, use: StartedUse): Promise<void>;
  /** Runs after the deployment is promoted, with the promotion batch's results. */
  afterPromotion(deps: Deps, deployment: Deployment, promoted: Promoted): Promise<void>;
}
