// Implements a local Slipway's queues. Runs in workerd, alongside the Worker. As in Cloudflare Queues, messages are stored on disk and
// batches run concurrently, whereas Miniflare's queues keep messages in memory and run one batch at a time. The settings come from
// wrangler.toml.
import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
import type { QueueConsumer } from './worker-bundle.ts';

export interface BrokerEnvironment {
  BROKER: DurableObjectNamespace<QueueBroker>;
  WORKER: QueueHandler;
  CONSUMERS: Record<string, QueueConsumer>;
}

/** The Worker's `queue` handler, which workerd exposes with the flag `service_binding_extra_handlers`. */
interface QueueHandler {
  queue(queue: string, messages: DeliveredMessage[]): Promise<BatchResult>;
}

interface DeliveredMessage {
  id: string;
  timestamp: Date;
  body: unknown;
  attempts: number;
}

interface BatchResult {
  outcome: string;
  retryBatch: { retry: boolean; delaySeconds?: number };
  retryMessages: { msgId: string; delaySeconds?: number }[];
}

/** How often to check for messages that are waiting for a full batch or were left by a crash. */
const pollMs = 500;

interface SendOptions {
  delaySeconds?: number;
}

/** The binding through which the Worker sends messages. `ctx.props` has its queue's name. */
export class QueueProducer extends WorkerEntrypoint<BrokerEnvironment, { queue: string }> {
  async send(body: unknown, { delaySeconds = 0 }: SendOptions = {}): Promise<void> {
    const broker = this.env.BROKER.getByName('queues');
    await broker.store(this.ctx.props.queue, [JSON.stringify(body)], delaySeconds);
  }

  async sendBatch(messages: { body: unknown }[]): Promise<void> {
    const broker = this.env.BROKER.getByName('queues');
    const bodies = messages.map(({ body }) => JSON.stringify(body));
    await broker.store(this.ctx.props.queue, bodies, 0);
  }
}

interface StoredMessage extends Record<string, SqlStorageValue> {
  id: string;
  body: string;
  failures: number;
  sent_at: number;
  due_at: number;
}

/** One object for all queues. It must not be evicted, because batches run outside its requests. */
export class QueueBroker extends DurableObject<BrokerEnvironment> {
  readonly #sql: SqlStorage;
  /** Messages in running batches. Not stored, so they are redelivered after a crash. */
  readonly #inProgress = new Set<string>();
  readonly #batches = new Map<string, number>();
  /** Time of the alarm; 0 if it has gone off. */
  #alarmAt = 0;

  constructor(ctx: DurableObjectState, env: BrokerEnvironment) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(`create table if not exists messages (
      id text primary key, queue text not null, body text not null, failures integer not null default 0,
      sent_at integer not null, due_at integer not null)`);
    this.#sql.exec('create index if not exists messages_due on messages (queue, due_at)');
  }

  async store(queue: string, bodies: string[], delaySeconds: number): Promise<void> {
    const now = Date.now();
    for (const body of bodies)
      this.#sql.exec(
        'insert into messages (id, queue, body, sent_at, due_at) values (?, ?, ?, ?, ?)',
        crypto.randomUUID(),
        queue,
        body,
        now,
        now + delaySeconds * 1000,
      );
    await this.deliver();
  }

  /** Runs when a message becomes due, and after a workerd restart if any messages are left. */
  override async alarm(): Promise<void> {
    this.#alarmAt = 0;
    await this.deliver();
  }

  /** Starts due batches, and sets the alarm for the next message. */
  async deliver(): Promise<void> {
    for (const [queue, consumer] of Object.entries(this.env.CONSUMERS)) {
      for (let batch = this.#takeBatch(queue, consumer); batch.length > 0; batch = this.#takeBatch(queue, consumer)) {
        this.#batches.set(queue, (this.#batches.get(queue) ?? 0) + 1);
        this.ctx.waitUntil(this.#run(queue, consumer, batch));
      }
    }
    await this.#setAlarm();
  }

  #takeBatch(queue: string, { batchSize, batchTimeoutSeconds, concurrency }: QueueConsumer): StoredMessage[] {
    if ((this.#batches.get(queue) ?? 0) >= concurrency) return [];
    const now = Date.now();
    const select = 'select * from messages where queue = ? and due_at <= ? order by due_at limit ?';
    const batch = this.#sql
      .exec<StoredMessage>(select, queue, now, this.#inProgress.size + batchSize)
      .toArray()
      .filter(({ id }) => !this.#inProgress.has(id))
      .slice(0, batchSize);
    const [oldest] = batch;
    if (!oldest || (batch.length < batchSize && now < oldest.due_at + batchTimeoutSeconds * 1000)) return [];
    for (const { id } of batch) this.#inProgress.add(id);
    return batch;
  }

  async #run(queue: string, consumer: QueueConsumer, batch: StoredMessage[]): Promise<void> {
    const result = await this.#consume(queue, batch);
    for (const message of batch) {
      const retry = result.retries.get(message.id);
      if (retry === undefined && !result.retryAll) this.#sql.exec('delete from messages where id = ?', message.id);
      else this.#retry(message, consumer, retry ?? result.retryAllDelay);
      this.#inProgress.delete(message.id);
    }
    this.#batches.set(queue, (this.#batches.get(queue) ?? 1) - 1);
    await this.deliver();
  }

  async #consume(queue: string, batch: StoredMessage[]) {
    const messages = batch.map(({ id, body, failures, sent_at }) => ({
      id,
      timestamp: new Date(sent_at),
      body: JSON.parse(body),
      attempts: failures + 1,
    }));
    try {
      const { outcome, retryBatch, retryMessages } = await this.env.WORKER.queue(queue, messages);
      return {
        retryAll: outcome !== 'ok' || retryBatch.retry,
        retryAllDelay: retryBatch.delaySeconds,
        retries: new Map(retryMessages.map(({ msgId, delaySeconds }) => [msgId, delaySeconds ?? null])),
      };
    } catch (error) {
      console.error(`${queue}: ${error instanceof Error ? error.message : error}`);
      return { retryAll: true, retryAllDelay: undefined, retries: new Map<string, number | null>() };
    }
  }

  #retry(message: StoredMessage, consumer: QueueConsumer, delaySeconds: number | null | undefined): void {
    const failures = message.failures + 1;
    const { deadLetterQueue } = consumer;
    if (failures <= consumer.retriesMax) {
      const dueAt = Date.now() + (delaySeconds ?? consumer.retryDelaySeconds) * 1000;
      this.#sql.exec('update messages set failures = ?, due_at = ? where id = ?', failures, dueAt, message.id);
    } else if (deadLetterQueue === null) {
      this.#sql.exec('delete from messages where id = ?', message.id);
    } else {
      const update = 'update messages set queue = ?, failures = 0, due_at = ? where id = ?';
      this.#sql.exec(update, deadLetterQueue, Date.now(), message.id);
    }
  }

  /**
   * Sets the alarm while any messages are left, so that a restarted workerd loads this object again. Keeps an earlier alarm, which does
   * no harm: setting one writes to the disk, and so would each message.
   */
  async #setAlarm(): Promise<void> {
    const now = Date.now();
    const select = 'select min(due_at) as due_at from messages';
    const { due_at: next } = this.#sql.exec<{ due_at: number | null }>(select).one();
    if (next === null) return;
    const at = next > now ? next : now + pollMs;
    if (now < this.#alarmAt && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }
}
