// Mutations of builder/host-python: how a worker confines itself, and what it passes on.
import type { Mutation } from './mutation.ts';

const confine = 'builder/host-python/tests/test_confine.py';
const worker = 'builder/host-python/tests/test_worker.py';
const loading = 'builder/host-python/tests/test_loading.py';
const threadCalls = 'builder/host-python/tests/test_thread_calls.py';
const probe = 'test/builder/probe.test.ts';
const hostile = 'test/builder/hostile.test.ts';
const breakout = 'test/builder/breakout/breakout.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'the size of a file is not limited',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '        (resource.RLIMIT_FSIZE, limits["file_bytes"]),\n',
    replace: '',
    tests: [confine],
  },
  {
    name: 'the address space is not limited',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '    if limits["memory_bytes"] is not None:\n',
    replace: '    if False:\n',
    tests: [confine],
  },
  {
    name: 'the number of open files is not limited',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '        (resource.RLIMIT_NOFILE, limits["open_files"]),\n',
    replace: '',
    tests: [confine],
  },
  {
    name: 'core dumps are written',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '        (resource.RLIMIT_CORE, 0),\n',
    replace: '',
    tests: [confine],
  },
  {
    name: 'the number of processes is not limited',
    file: 'builder/host-python/slipway_host/confine.py',
    search: 'if limits["processes"] is not None:',
    replace: 'if limits["processes"] is None and False:',
    tests: [confine],
  },
  {
    name: 'processor time is not limited',
    file: 'builder/host-python/slipway_host/confine.py',
    search: 'if limits["cpu_seconds"] is not None:',
    replace: 'if limits["cpu_seconds"] is None and False:',
    tests: [confine],
  },
  {
    name: 'only the soft limit is set',
    file: 'builder/host-python/slipway_host/confine.py',
    search: 'resource.setrlimit(kind, (value, value))',
    replace: 'resource.setrlimit(kind, (value, hard))',
    tests: [confine],
  },
  {
    name: 'programs may gain privileges',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)\n',
    replace: '',
    tests: [confine],
  },
  {
    name: 'capabilities are kept',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '        linux.drop_capabilities()\n',
    replace: '',
    tests: [confine],
  },
  {
    name: 'a worker survives its builder',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '        pass\n    os._exit(0)',
    replace: '        pass',
    tests: [worker],
  },
  {
    name: 'every traceback is logged',
    file: 'builder/host-python/slipway_host/reporter.py',
    search: '            self._traces_left -= 1\n',
    replace: '',
    tests: [worker],
  },
  {
    name: 'no traceback is logged',
    file: 'builder/host-python/slipway_host/reporter.py',
    search: 'if self._traces_left > 0:',
    replace: 'if self._traces_left > TRACES_PER_SECOND:',
    tests: [worker],
  },
  {
    name: 'a worker inherits open files',
    file: 'builder/host-python/host.py',
    search: 'os.closerange(CHANNEL_FD + (2 if listens else 1), os.sysconf("SC_OPEN_MAX"))',
    replace: 'pass',
    tests: [worker],
  },
  {
    name: 'a result of any size is sent',
    file: 'builder/host-python/slipway_host/messages.py',
    search: 'if len(body) > bytes_max:',
    replace: 'if len(body) > 100 * bytes_max:',
    tests: [worker],
  },
  {
    name: "a message contains the machine's paths",
    file: 'builder/host-python/slipway_host/traces.py',
    search: 'text = text.replace(folder, "")',
    replace: 'text = text.replace(folder, folder)',
    tests: [worker, loading],
  },
  {
    name: 'a sandbox shares the network',
    file: 'builder/host-python/slipway_host/namespaces.py',
    search: '        flags |= linux.CLONE_NEWNET\n',
    replace: '        pass\n',
    tests: [probe],
  },
  {
    name: 'a sandbox shows other processes',
    file: 'builder/host-python/slipway_host/namespaces.py',
    search: 'linux.CLONE_NEWNS | linux.CLONE_NEWPID | linux.CLONE_NEWIPC',
    replace: 'linux.CLONE_NEWNS | linux.CLONE_NEWIPC',
    tests: [probe],
  },
  {
    name: 'read-only folders can be written to',
    file: 'builder/host-python/slipway_host/linux.py',
    search: '(_MOUNT_ATTR_RDONLY if read_only else 0)',
    replace: '0',
    tests: [probe, hostile],
  },
  {
    name: 'the probe reports no connection',
    file: 'builder/host-python/sandbox_probe.py',
    search: '.close()\n    except OSError:\n        return False\n    return True',
    replace: '.close()\n    except OSError:\n        return False\n    return False',
    tests: [probe],
  },
  {
    name: 'new namespaces are allowed by flags of clone',
    file: 'builder/host-python/slipway_host/system_calls.py',
    search: '"clone": [Condition(0, _NEW_NAMESPACES, (0,))],',
    replace: '"clone": [],',
    tests: [breakout],
  },
  {
    name: 'every family of sockets is allowed',
    file: 'builder/host-python/slipway_host/system_calls.py',
    search: '"socket": [Condition(0, _INT, (_AF_UNIX, _AF_INET, _AF_INET6))],',
    replace: '"socket": [],',
    tests: [breakout],
  },
  {
    name: 'calls of the x32 ABI fail like unknown ones',
    file: 'builder/host-python/slipway_host/seccomp.py',
    search: 'ranges += [(newest + 1, UNKNOWN), (_X32, KILL)]',
    replace: 'ranges += [(newest + 1, UNKNOWN)]',
    tests: [breakout],
  },
  {
    name: 'the bounding set stays full',
    file: 'builder/host-python/slipway_host/confine.py',
    search: '        _drop_bounding_set()\n',
    replace: '        pass\n',
    tests: [breakout],
  },
  {
    name: "a plugin can import the host's modules",
    file: 'builder/host-python/host.py',
    search: '    forget_host_modules()\n    serve(',
    replace: '    serve(',
    tests: [breakout],
  },
  {
    name: 'Landlock confines no signals',
    file: 'builder/host-python/slipway_host/landlock.py',
    search: '_SCOPES = 1 << 0 | 1 << 1  # abstract Unix sockets, signals',
    replace: '_SCOPES = 1 << 0',
    tests: [breakout],
  },
  {
    name: 'a slow call keeps the channel',
    file: 'builder/host-python/slipway_host/thread_calls.py',
    search: 'if time.monotonic() - began >= _WATCH_SECONDS:',
    replace: 'if False:',
    tests: [threadCalls],
  },
  {
    name: 'a thread that waits does not read the channel',
    file: 'builder/host-python/slipway_host/thread_calls.py',
    search: 'call = self._pop_waiting() if self._running < self._running_max else None',
    replace: 'call = self._pop_waiting()',
    tests: [threadCalls],
  },
  {
    name: 'a cancelled call that waits is run',
    file: 'builder/host-python/slipway_host/thread_calls.py',
    search: 'is_over = self._waiting.pop(call_id, None) is not None or call_id not in self._in_progress',
    replace: 'is_over = call_id in self._waiting or call_id not in self._in_progress',
    tests: [threadCalls],
  },
];
