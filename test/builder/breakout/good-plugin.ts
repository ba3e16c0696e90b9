// A harmless plugin that is called while other plugins attack.
import { z } from 'zod';
import { handler, type TestBuilder } from '../support.ts';

const answerSchema = z.object({
  status: z.literal(200),
  body: z.object({ status: z.literal('success'), result: z.strictObject({ sum: z.literal(6) }) }),
});

/** Starts the plugin and returns its ID. */
export function startGoodPlugin(builder: TestBuilder): Promise<string> {
  return builder.run(handler('def predict(self, request):\n    return {"sum": sum(request["n"])}'), { name: 'good' });
}

export interface GoodCalls {
  /** Stops calling. Returns the wrong answers, and how often the plugin was restarted. */
  end(): Promise<{ wrong: unknown[]; restarts: number }>;
}

/** Calls the plugin continuously. */
export function callGoodPlugin(builder: TestBuilder, id: string): GoodCalls {
  const wrong: unknown[] = [];
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      const answer = await builder.invoke(id, { n: [1, 2, 3] });
      if (!answerSchema.safeParse(answer).success) wrong.push(answer);
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await calling;
      return { wrong, restarts: (await builder.status(id)).restarts };
    },
  };
}
