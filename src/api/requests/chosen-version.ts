// Reads the headers with which a caller chooses a version, or says whom a call is for.
import { z } from '@hono/zod-openapi';
import { releaseLimits } from '../../contract/limits/deployments.ts';
import { formatVersionSlug, parseVersion } from '../../contract/plugin/manifest.ts';
import type { NamespaceId } from '../../core/ids.ts';
import type { ExtractorCallee } from '../../serve/route-lookup.ts';

export const versionHeaderName = 'slipway-version';

/** The header of a route that calls a plugin in which releases draw versions. */
export const callerKeyHeader = z.object({
  'slipway-key': z.string().min(1).max(releaseLimits.callerKeyCharsMax).optional().openapi({
    description:
      'Whom the call is for, such as a user ID. During a release, all calls with the same key get the same version, as long as its share grows. Has no effect on later calls, which are drawn independently.',
    example: 'user-42',
  }),
});

/** For calls by name. */
export const chosenVersionHeader = z.object({
  [versionHeaderName]: z
    .string()
    .refine((text) => parseVersion(text) !== undefined, 'must be a version number, such as 1.3.0')
    .optional()
    .openapi({
      type: 'string',
      pattern: '^v?[0-9]{1,9}([.][0-9]{1,9}){0,2}$',
      description: 'The live version that must answer. The call then counts for no release.',
      example: '1.3.0',
    }),
});

/** For operations of Go plugins. */
export const chosenRefHeader = z.object({
  [versionHeaderName]: z.string().min(1).max(250).optional().openapi({
    description:
      "The ref of the version that must answer: the live one, or an active release's candidate. Can't be sent with `Prefer: respond-async`.",
    example: 'v1.3.0',
  }),
});

interface Request {
  header(name: string): string | undefined;
}

/** Returns whom a call by name goes to: the name, or the version that the request chooses. */
export function namedCallee(
  req: Request,
  { name, namespaceId }: { namespaceId: NamespaceId; name: string },
): ExtractorCallee {
  const version = parseVersion(req.header(versionHeaderName) ?? '');
  if (!version) return { by: 'name', namespaceId, name };
  return { by: 'version', namespaceId, pluginId: formatVersionSlug(name, version) };
}

/** Declares the response header in a route. */
export const versionAnswered = {
  [versionHeaderName]: { $ref: '#/components/headers/Version' },
};
