// Tests the words for the states of agent plugins' artifacts.
import { expect, test } from 'vitest';
import { verificationStates, verificationWords } from '../../../../src/contract/features/agents/states.ts';

test("the states of an agent plugin's artifact have one word each", () => {
  expect(verificationStates.map((state) => verificationWords[state]).join(', ')).toBe(
    'being verified, verified, has a different checksum, cannot be fetched, cannot be verified',
  );
});
