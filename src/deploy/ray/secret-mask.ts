// Masks secrets in what a plugin on Ray answers and prints, as a builder does for its own.
import { SecretMask } from '../../core/secret-mask.ts';
import { requireProvisions } from '../requirements/provisions.ts';
import { askedSecrets } from '../secrets/asked-secrets.ts';
import type { RayDeps, RayPlace } from './place.ts';

/** Reads the secrets that the plugin asks for, as it has them. Throws if one is gone: nothing can be masked then, and nothing is shown. */
export async function readSecretMask(ray: RayDeps, { deploymentId, version }: RayPlace): Promise<SecretMask> {
  if (askedSecrets(version).length === 0) return new SecretMask();
  const { secrets } = await requireProvisions(ray, deploymentId, version);
  return new SecretMask(secrets);
}
