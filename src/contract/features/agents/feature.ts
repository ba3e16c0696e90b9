// Defines the events and queue messages of agent plugins.
import { z } from 'zod';
import { eventWithData, eventWithoutData } from '../../event-data.ts';
import { idSchema } from '../../ids.ts';
import { verificationStates } from './states.ts';

const exampleChecksum = 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export const events = {
  'agent_plugin.registered': eventWithData('An agent plugin was registered.', {
    name: z.string(),
    version: z.string(),
    checksum: z.string().meta({ example: exampleChecksum }),
    verification: z.enum(verificationStates),
  }),
  'agent_plugin.moved': eventWithData(
    'The artifact URL of an agent plugin was changed. The artifact is verified again.',
    {
      name: z.string(),
      version: z.string(),
    },
  ),
  'agent_plugin.pending': eventWithoutData("An agent plugin's artifact is due for another verification."),
  'agent_plugin.verified': eventWithData("An agent plugin's artifact has the registered checksum.", {
    size_bytes: z.int(),
  }),
  'agent_plugin.mismatch': eventWithData("An agent plugin's artifact has a different checksum.", {
    expected: z.string().meta({ example: 'sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752' }),
    actual: z.string().meta({ example: exampleChecksum }),
  }),
  'agent_plugin.unreachable': eventWithData("An agent plugin's artifact could not be fetched.", {
    because: z.string(),
  }),
  'agent_plugin.described': eventWithoutData("An agent plugin's description, labels or deprecation changed."),
  'agent_plugin.yanked': eventWithData("An agent plugin's version was yanked. Its number stays taken.", {
    reason: z.string().nullable().optional(),
  }),
  'agent_plugin.unyanked': eventWithoutData("An agent plugin's yanked version is offered again."),
  'agent_plugin.quarantined': eventWithData(
    "The operator quarantined an agent plugin's version: its artifact can't be downloaded.",
    { name: z.string(), version: z.string(), reason: z.string(), objection: z.string().describe('How to object.') },
  ),
  'agent_plugin.unquarantined': eventWithData("The operator lifted the quarantine of an agent plugin's version.", {
    name: z.string(),
    version: z.string(),
  }),
};

export const messages = [
  /** Fetches the agent plugin's artifact and compares it with its checksum. */
  z.object({ v: z.literal(1), type: z.literal('verify-artifact'), id: idSchema('plugin') }),
  /** Records a request for the agent plugin's artifact, so it counts as in use. */
  z.object({ v: z.literal(1), type: z.literal('artifact-fetched'), id: idSchema('plugin') }),
] as const;
