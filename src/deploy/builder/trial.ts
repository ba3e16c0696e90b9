// Starts a plugin's module in an isolate before its version exists, to find out whether it runs there. So a version's placement is
// known when it is published, and never changes.
import { BuilderError } from '../../contract/builder/instances.ts';
import { type IsolateSpec, isolateTrialPrefix } from '../../contract/builder/isolates.ts';
import { sendAttempts } from '../../contract/limits/builder.ts';
import type { UploadId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { sendCode, waitUntilReady } from './instances.ts';
import { StartFailed } from './start-failed.ts';

/** Returns why it does not start, or undefined. It is stopped in any case. */
export async function tryIsolate(
  deps: Pick<Deps, 'builder' | 'blobs'>,
  uploadId: UploadId,
  spec: IsolateSpec,
): Promise<string | undefined> {
  // Another attempt of the upload may have found another commit, while what its worker started still runs.
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
