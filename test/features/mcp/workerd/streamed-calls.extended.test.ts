// Tests that values reported as progress stay bounded.
import { expect, test } from 'vitest';
import { countingOrganization } from '../scenes/counting.ts';
import { connect } from '../scenes/mcp.ts';

test('values that are small but many end the call, with the reason', async () => {
  const client = await connect(await countingOrganization());
  const reported: number[] = [];
  const onprogress = ({ progress }: { progress: number }) => void reported.push(progress);
  const result = await client.callTool({ name: 'counts', arguments: { count: 1e9 } }, { onprogress });
  expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('longer than') }] });
  expect(reported.length).toBeLessThan(20_000);
});
