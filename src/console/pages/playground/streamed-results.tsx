// Calls one or two versions, and shows each value when the handler yields it.
import { useEffect, useRef } from 'react';
import { formatDuration } from '../../../core/quantities.ts';
import type { PlaygroundCall } from '../../data/calls/realtime-call.ts';
import type { StreamEnd, StreamedCall } from '../../data/calls/streamed-call.ts';
import { useStreams } from '../../data/calls/streams.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';
import { CallAnswer, CallLogs } from './call-answer.tsx';

/** Limit for one value on its line. */
const shownChars = 2000;

export interface Target {
  title: string;
  pluginId: string;
  call: PlaygroundCall;
}

export function StreamedResults({ targets }: { targets: readonly Target[] }) {
  const { isRunning, start, stop, streams } = useStreams();
  const isUnsent = streams.length === 0;
  return (
    <section aria-label="Answers" className="panel">
      <p className="actions">
        <button
          type="button"
          className={isRunning ? undefined : 'primary'}
          disabled={targets.length === 0 && !isRunning}
          onClick={() => (isRunning ? stop() : start(targets.map(({ call }) => call)))}
        >
          {isRunning ? 'Stop' : targets.length > 1 ? 'Call both' : 'Call'}
        </button>
      </p>
      {isUnsent && (
        <p className="quiet">Values appear as the handler yields them. Stop ends the request and the handler.</p>
      )}
      <div className="beside">
        {streams.map((stream, place) => {
          const target = targets[place];
          return target && <StreamedAnswer key={target.title} target={target} stream={stream} />;
        })}
      </div>
    </section>
  );
}

function StreamedAnswer({ target: { call, pluginId, title }, stream }: { target: Target; stream: StreamedCall }) {
  const { count, deploymentId, end, requestId, tookMs } = stream;
  if (end?.how === 'answered')
    return (
      <section aria-label={`Answer of ${title}`}>
        <h2>{title}</h2>
        <p className="quiet">The handler yielded no values; it responded at the end.</p>
        <CallAnswer
          namespace={call.namespace}
          pluginId={pluginId}
          outcome={{ answer: end.answer, requestId, tookMs }}
        />
      </section>
    );
  return (
    <section aria-label={`Answer of ${title}`}>
      <h2>{title}</h2>
      <p>
        <span aria-live="polite">
          <EndStatus end={end} />
        </span>{' '}
        · {count === 1 ? '1 value' : `${count.toLocaleString('en')} values`} · {formatDuration(tookMs)}
        {end?.how === 'done' && <span className="quiet"> ({formatDuration(end.inPluginMs)} in the plugin)</span>}
      </p>
      {end?.how === 'failed' && <p className="problem">{visible(end.why)}</p>}
      {end?.how === 'cut' && <p className="problem">The connection broke before the stream ended.</p>}
      {end?.how === 'refused' && <PageError error={end.error} />}
      {count > 0 && <Values stream={stream} />}
      {requestId !== undefined && (
        <p>
          Request <Copyable text={requestId} />
        </p>
      )}
      {requestId !== undefined && deploymentId !== undefined && (
        <CallLogs namespace={call.namespace} deployment={deploymentId} request={requestId} />
      )}
    </section>
  );
}

const ends: Record<StreamEnd['how'], [Tone, string]> = {
  done: ['good', 'done'],
  failed: ['bad', 'failed'],
  stopped: ['quiet', 'stopped'],
  cut: ['bad', 'cut off'],
  refused: ['bad', 'refused'],
  answered: ['good', 'answered'],
};

function EndStatus({ end }: { end: StreamEnd | null }) {
  const [tone, word] = end === null ? (['busy', 'receiving'] as const) : ends[end.how];
  return <Status tone={tone}>{word}</Status>;
}

/** Stays scrolled to the newest value, unless the user has scrolled up. */
function Values({ stream: { count, values } }: { stream: StreamedCall }) {
  const list = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (isAtEnd.current && count > 0) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  const look = ({ clientHeight, scrollHeight, scrollTop }: HTMLElement) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < clientHeight / 4;
  };
  return (
    <>
      {values.length < count && (
        <p className="quiet">
          The newest {values.length} of {count.toLocaleString('en')} values.
        </p>
      )}
      <section
        ref={list}
        className="code values"
        aria-label="Values"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must have the focus for the arrow keys
        tabIndex={0}
        onScroll={({ currentTarget }) => look(currentTarget)}
      >
        <ByPlace items={values}>
          {({ atMs, text }) => (
            <div>
              <span className="quiet">{formatDuration(atMs)}</span> <span>{visible(text.slice(0, shownChars))}</span>
            </div>
          )}
        </ByPlace>
      </section>
    </>
  );
}
