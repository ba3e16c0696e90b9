// Masks secrets in the responses and output of plugins on Ray, like builders do for theirs.
import { SecretMask } from '../../core/secret-mask.ts';
import { requireProvisions } from '../requirements/provisions.ts';
import { askedSecrets } from '../secrets/asked-secrets.ts';
import type { RayDeps, RayPlace } from './place.ts';

/** Reads the plugin's current secrets. Throws if one is gone: nothing can be masked then, so nothing is shown. */
export async function readSecretMask(ray: RayDeps, { deploymentId, version }: RayPlace): Promise<SecretMask> {
  if (askedSecrets(version).length === 0) return new SecretMask();
  const { secrets } = await requireProvisions(ray, deploymentId, version);
  return new SecretMask(secrets);
}
