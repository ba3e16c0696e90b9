// The organization for which a builder starts, builds, installs, fetches or sends something. Slots are shared between organizations, and a builder may
// host one only (BUILDER_ORGANIZATION).
import { z } from 'zod';

export const hostedFor = z.string().max(64).optional();
