// Where plugins see the machine's own files, they can read those that Python reads once it has found them.
import { expect, test } from 'vitest';
import { startBuilder } from '../breakout/kinds.ts';
import { handler } from '../support.ts';

// Python's mimetypes, which aiohttp and others use, opens the machine's list of types if there is one.
test('a plugin in landlock finds types of files, whether or not the machine has a list of them', async () => {
  const builder = await startBuilder({ sandbox: 'landlock' });
  try {
    const guess = 'def predict(self, request):\n    return {"type": mimetypes.guess_type("a.png")[0]}';
    const id = await builder.run(handler(guess, 'import mimetypes'));
    expect(await builder.result(id)).toEqual({ type: 'image/png' });
  } finally {
    await builder.close();
  }
});
