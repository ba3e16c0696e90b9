// Tries whether a Go plugin's WebAssembly module starts in an isolate.
import { StartFailed } from '../../builders/start-failures.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { type IsolateSpec, isolateTrialPrefix } from '../../contract/builder/isolates.ts';
import { sendAttempts } from '../../contract/limits/builder.ts';
import type { UploadId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { sendCode, waitUntilReady } from './instances.ts';

/** Starts the module in an isolate, then stops it. Returns why it doesn't start, or undefined. */
export async function tryIsolate(
  deps: Pick<Deps, 'builder' | 'blobs'>,
  uploadId: UploadId,
  spec: IsolateSpec,
): Promise<string | undefined> {
  // Another attempt at the upload may have found a different commit, while its previous worker's instance still runs.
  const id = `${isolateTrialPrefix}${uploadId}-${spec.artifact.slice(0, 8)}`;
  try {
    for (let sent = 0; ; sent++) {
      try {
        await waitUntilReady(deps.builder, id, spec, () => {});
        return undefined;
      } catch (error) {
        if (error instanceof StartFailed) return error.message;
        const isMissing = error instanceof BuilderError && error.code === 'blob-missing';
        if (!isMissing || sent === sendAttempts) throw error;
        await sendCode(deps, id, spec);
      }
    }
  } finally {
    await deps.builder.stop(id);
  }
}
