// Defines the events of approvals. That a version waits is the kernel's.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';

export const events = {
  'version.approved': eventWithData('A person approved a version. It can be deployed.', {
    plugin_id: z.string(),
    sha256: z.string(),
    note: z.string().nullable(),
  }),
  'version.rejected': eventWithData('A person rejected a version. It can never be deployed.', {
    plugin_id: z.string(),
    sha256: z.string(),
    note: z.string().nullable(),
  }),
  'version.stage_expired': eventWithData('A version waited too long for approval and is deleted.', {
    plugin_id: z.string(),
  }),
  'plugin.approval_changed': eventWithData('A plugin began or ceased to demand approval of new versions.', {
    required: z.boolean(),
  }),
};
