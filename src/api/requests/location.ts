// Names the region of a request's sender, as Cloudflare reports it. Instances are started near those who deploy them.
import { z } from 'zod';
import type { LocationHint } from '../../contract/plugin/placement.ts';

const reported = z.object({
  continent: z.string().optional(),
  country: z.string().optional(),
  longitude: z.coerce.number().optional(),
});

const middleEast = new Set(['AE', 'BH', 'IL', 'IQ', 'IR', 'JO', 'KW', 'LB', 'OM', 'PS', 'QA', 'SA', 'SY', 'TR', 'YE']);
/** Degrees of longitude that divide a continent with two regions. */
const divides = { NA: -100, EU: 15 };

/** Null if the platform does not say, as locally. */
export function locationHintOf(cf: unknown): LocationHint | null {
  const { continent, country = '', longitude = 0 } = reported.safeParse(cf).data ?? {};
  switch (continent) {
    case 'NA':
      return longitude < divides.NA ? 'wnam' : 'enam';
    case 'SA':
      return 'sam';
    case 'EU':
      return longitude < divides.EU ? 'weur' : 'eeur';
    case 'AS':
      return middleEast.has(country) ? 'me' : 'apac';
    case 'OC':
      return 'oc';
    case 'AF':
      return 'afr';
    default:
      return null;
  }
}
