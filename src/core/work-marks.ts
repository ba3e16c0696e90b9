// Marks what an isolate works on. The launcher, which ends a process that hangs, then knows what the process was doing
// (scripts/local/work-in-progress.ts, decision 167).

export interface Work {
  /** The row's ID, or the message, step of the sweep, or request. */
  id: string;
  organizationId?: string | undefined;
}

/** How often a process ended while it worked on something, by the launcher's count. */
export interface Interruptions {
  /** Ends of a process that didn't respond. */
  hung: number;
  /** Orderly ends, such as by Ctrl-C. */
  stopped: number;
}

export interface WorkMarks {
  /** Returns the function that ends the mark. */
  begin(work: Work): () => void;
  interruptions(id: string): Interruptions;
}

const none: Interruptions = { hung: 0, stopped: 0 };

/** Marks for a Worker whose platform ends work that takes too long. */
export const noMarks: WorkMarks = { begin: () => () => {}, interruptions: () => none };

/** Prints each mark as a line, before the work begins and after it ends. Numbers tell marks of the same work apart. */
export function printedMarks(
  interrupted: ReadonlyMap<string, Interruptions>,
  print: (line: string) => void,
): WorkMarks {
  let last = 0;
  print(JSON.stringify({ mark: 'isolate' }));
  return {
    begin({ id, organizationId }) {
      last += 1;
      const number = last;
      print(JSON.stringify({ mark: 'begins', number, id, organizationId }));
      return () => print(JSON.stringify({ mark: 'ends', number }));
    },
    interruptions: (id) => interrupted.get(id) ?? none,
  };
}
