// Defines a plugin's tags, by which people find it.
import { z } from 'zod';
import { normalize } from '../../core/normalization.ts';
import { tagLimits } from '../limits/manifest.ts';

const letters = String.raw`\p{Ll}\p{Lo}\p{Lm}\p{M}\p{Nd}`;
const tagPattern = new RegExp(`^[${letters}]+(?:-[${letters}]+)*$`, 'u');

/** Small letters of any script, digits and single hyphens, so that no two tags differ only in capitals or separators. */
export const tag = z
  .string()
  .max(tagLimits.charsMax, `has more than ${tagLimits.charsMax} characters`)
  .refine((text) => tagPattern.test(text), 'must be small letters, digits and single hyphens between them')
  .refine((text) => text === normalize(text, 'NFC'), 'must be in Unicode normalization form C');

export const tagsSchema = z.array(tag).max(tagLimits.perPluginMax);
