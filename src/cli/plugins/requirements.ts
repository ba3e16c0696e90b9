// Asks the server what a plugin's deployment would lack.
import { type AskedHardware, asksForGpu, declaredPlacement } from '../../contract/plugin/hardware.ts';
import type { Missing } from '../../contract/plugin/missing.ts';
import { type Permissions, requestedPermissions } from '../../contract/plugin/permissions.ts';
import type { Connection } from '../connection/connect.ts';
import { printableLines } from '../terminal/terminal-text.ts';

/** Declarations in manifest.py, as read here or returned by the server. */
type Declared = AskedHardware & { permissions?: Permissions | undefined; models?: string[] | undefined };

/** Without a placement in the manifest, only the server knows whether the plugin needs a Ray cluster. */
export function asksForSomething(manifest: Declared): boolean {
  const permissions = requestedPermissions({ manifest, definition: null });
  const isPlaced = declaredPlacement(manifest) === 'sandbox' && !asksForGpu(manifest);
  return permissions !== undefined || (manifest.models ?? []).length > 0 || !isPlaced;
}

/** Makes no request for a plugin that asks for nothing. */
export async function missingRequirements(
  { client, namespaceId }: Connection,
  { name, shared }: { name: string; shared: boolean },
  manifest: Declared | null,
): Promise<Missing[]> {
  if (!manifest || !asksForSomething(manifest)) return [];
  const { compute_profile = null, gpu_steps = [], models = [], permissions = {}, serve_config = null } = manifest;
  const { missing } = await client.post('/v1/namespaces/{namespace_id}/plugins/requirements', {
    path: { namespace_id: await namespaceId() },
    body: { name, shared, permissions, models, compute_profile, gpu_steps, serve_config },
    idempotencyKey: false,
  });
  return missing;
}

/** Returns one line per missing requirement. `mark` is ✗ if missing requirements fail the command, or ! if they are only warnings. */
export function formatRequirements(missing: readonly Missing[], mark: '✗' | '!'): string {
  return missing.map(({ kind, message }) => `${mark} ${kind}: ${printableLines(message).trimEnd()}\n`).join('');
}
