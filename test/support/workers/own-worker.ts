// A queue that handles upload messages with the test's own dependencies, such as a builder that the test watches.
import type { Message } from '../../../src/contract/messages.ts';
import type { Deps, MessageSender } from '../../../src/deps.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { senderOf } from './losing-queues.ts';

/**
 * Handles upload messages after the response, in work that `settled` waits for. Work that fails isn't retried. Other messages go to
 * `others`.
 */
export function ownWorker(deps: () => Deps, others: MessageSender): MessageSender {
  const send = async (message: Message, options?: { delaySeconds?: number }) => {
    if (message.type !== 'advance-upload') await others.send(message, options);
    else deps().defer(advanceUpload(deps(), message.id).catch(() => {}));
  };
  return { ...senderOf(send), send };
}
