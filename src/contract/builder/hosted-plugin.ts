// Defines what an instance's spec says of the plugin itself.
import { z } from 'zod';

export const hostedPlugin = z.strictObject({ name: z.string(), version: z.string() });
