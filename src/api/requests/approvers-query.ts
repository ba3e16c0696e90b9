// The query of requests that demand approval, with which they demand it even if nobody could give it.
import { z } from '@hono/zod-openapi';

export const approversQuery = z.object({
  without_approvers: z
    .enum(['true', 'false'])
    .default('false')
    .openapi({ description: 'Demand approval even if fewer than two members may approve' }),
});
