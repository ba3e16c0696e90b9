import { Refusal } from '../refusal.ts';

/** A builder for one organization rejects requests for another one. */
export function refuseOthers(only: string | undefined, { organization }: { organization?: string | undefined }): void {
  if (only === undefined || organization === only) return;
  throw new Refusal(
    'other-organization',
    'This builder works for another organization (BUILDER_ORGANIZATION). Use your own builder, or a shared one.',
  );
}
