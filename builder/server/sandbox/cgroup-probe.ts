// Tries at the start whether the kernel enforces the limits of a control group. Some container runtimes offer groups that accept limits
// and ignore them.
import { runProgram } from '../processes/run-program.ts';

const timeoutMs = 10_000;

/**
 * Starts more processes than it may, then takes memory that belongs to no process. Has to be killed for the latter. Standalone builds
 * of Python lack os.memfd_create.
 */
const script = `import ctypes, os, sys
for folder in sys.argv[1:]:
    with open(folder + "/cgroup.procs", "w") as file:
        file.write("0")
try:
    for _ in range(8):
        if os.fork() == 0:
            os._exit(0)
    os._exit(3)
except OSError:
    pass
file = ctypes.CDLL(None).memfd_create(b"probe", 0)
for _ in range(32):
    os.write(file, bytes(1 << 20))
os._exit(4)
`;

const problems: Record<string, string> = {
  'exit code 3': 'the kernel accepts limits of processes and does not enforce them',
  'exit code 4': 'the kernel accepts limits of memory and does not enforce them',
};

/** Returns why the group, which has `probeLimits`, does not limit anything. */
export async function enforcementProblem(
  group: { folders: string[]; kills(): number },
  pythonExecutable: string,
): Promise<string | undefined> {
  const args = ['-I', '-S', '-c', script, ...group.folders];
  const command = { file: pythonExecutable, args, env: {}, endSignal: 'SIGKILL' } as const;
  const { reason } = await runProgram(command, { timeoutMs, outputBytesMax: 0 });
  if (reason === 'signal SIGKILL' && group.kills() > 0) return undefined;
  return problems[reason] ?? `a process in a group ended with ${reason}`;
}
