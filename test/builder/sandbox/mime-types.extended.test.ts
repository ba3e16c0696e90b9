// Tests that plugins that see the machine's own files can read those that Python looks for.
import { expect, test } from 'vitest';
import { startBuilder } from '../breakout/kinds.ts';
import { handler } from '../support.ts';

// Python's mimetypes, which aiohttp and others use, opens the machine's list of types if it exists.
test('a plugin in landlock finds file types, with or without a MIME type list on the machine', async () => {
  const builder = await startBuilder({ sandbox: 'landlock' });
  try {
    const guess = 'def predict(self, request):\n    return {"type": mimetypes.guess_type("a.png")[0]}';
    const id = await builder.run(handler(guess, 'import mimetypes'));
    expect(await builder.result(id)).toEqual({ type: 'image/png' });
  } finally {
    await builder.close();
  }
});
