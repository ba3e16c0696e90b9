// Reads the settings that features declare.
import { z } from 'zod';
import { featureSettings } from './features.gen.ts';

export const featureSettingsSchema = z.object(featureSettings);
export type FeatureSettings = z.infer<typeof featureSettingsSchema>;
