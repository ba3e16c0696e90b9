"""The system-call filter on both architectures: the tests interpret its program as the kernel would."""

import errno
import os
import platform
import unittest

from support import HOST  # noqa: F401  (sets the path)

from slipway_host import linux, seccomp, system_calls

REFUSED = """
    unshare setns mount umount2 pivot_root chroot ptrace process_vm_readv process_vm_writev bpf perf_event_open keyctl add_key
    request_key io_uring_setup io_uring_enter io_uring_register userfaultfd kexec_load kexec_file_load init_module finit_module
    delete_module open_by_handle_at name_to_handle_at personality fanotify_init pidfd_getfd kcmp process_madvise memfd_secret
    fsopen fsmount move_mount open_tree mount_setattr swapon reboot syslog quotactl acct setuid setresuid capset setxattr sync
""".split()

NEEDED = "read write openat mmap futex execve wait4 exit_group epoll_pwait getrandom rt_sigaction sched_getaffinity".split()

CLONE_THREAD, CLONE_NEWUSER, CLONE_NEWNET = 0x003D0F00, 0x10000000, 0x40000000
AF_UNIX, AF_INET, AF_NETLINK, AF_PACKET, AF_VSOCK = 1, 2, 16, 17, 40
SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET = 1, 2, 3, 4, 5, 6, 10
SOCK_NONBLOCK = 0o4000
IPPROTO_TCP, IPPROTO_UDP = 6, 17


def run(program, architecture, number, arguments):
    """Interprets the program for one call, and returns its result."""
    loaded = {0: number, 4: architecture} | {16 + 8 * at: value & 0xFFFFFFFF for at, value in enumerate(arguments)}
    value, at = 0, 0
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == 0x20:
            value = loaded.get(operand, 0)
        elif code == 0x54:
            value &= operand
        elif code == 0x05:
            at += operand
        elif code == 0x15:
            at += if_true if value == operand else if_false
        elif code == 0x35:
            at += if_true if value >= operand else if_false
        else:
            assert code == 0x06, code
            return operand


class Machine:
    def __init__(self, name, kind="namespaces", shares_user=False, process_id=None, counts_memory=True, allocates=True):
        self.numbers = seccomp.read_numbers(name)
        self.architecture = seccomp.ARCHITECTURES[name]
        restrictions = system_calls.Restrictions(kind, shares_user, counts_memory, counts_memory, allocates)
        rules = system_calls.rules(restrictions, process_id)
        self.program = seccomp.compile_filter(name, self.numbers, rules)

    def result(self, call, *arguments):
        number = call if isinstance(call, int) else self.numbers[call]
        return run(self.program, self.architecture, number, arguments)


class SystemCalls(unittest.TestCase):
    def each(self, *arguments, **named):
        for name in seccomp.ARCHITECTURES:
            with self.subTest(name):
                yield Machine(name, *arguments, **named)

    def assert_allowed(self, machine, call, *arguments):
        self.assertEqual(machine.result(call, *arguments), seccomp.ALLOW, call)

    def assert_refused(self, machine, call, *arguments):
        self.assertEqual(machine.result(call, *arguments), seccomp.NOT_PERMITTED, call)

    def test_where_folders_are_measured_allocating_is_not_supported(self):
        for machine in self.each():
            self.assert_allowed(machine, "fallocate")
        for machine in self.each(allocates=False):
            self.assertEqual(machine.result("fallocate"), 0x00050000 | errno.EOPNOTSUPP)

    def test_dangerous_calls_are_refused(self):
        for kind in ("namespaces", "landlock", "vm"):
            for machine in self.each(kind):
                for call in REFUSED:
                    self.assert_refused(machine, call)

    def test_every_listed_call_is_allowed_where_it_exists(self):
        for machine in self.each():
            for call in (system_calls.ALLOWED | system_calls.SEPARATED) & machine.numbers.keys():
                self.assert_allowed(machine, call)
            for call in NEEDED:
                self.assert_allowed(machine, call)

    def test_every_listed_name_is_a_call(self):
        known = set().union(*(seccomp.read_numbers(name) for name in seccomp.ARCHITECTURES))
        named = system_calls.ALLOWED | system_calls.SEPARATED | system_calls.CHANGE_ATTRIBUTES | set(system_calls.SIGNALS)
        named |= system_calls.WATCH_FILES
        named |= system_calls.LEAVE_GROUP | system_calls.HIDE_MEMORY | system_calls.START_PROCESSES
        self.assertEqual(named | system_calls.CONDITIONS.keys(), (named | system_calls.CONDITIONS.keys()) & known)

    def test_the_numbers_are_those_of_this_machine(self):
        numbers = seccomp.read_numbers(platform.machine())
        for name in ("getpid", "getppid", "geteuid", "getegid"):
            self.assertEqual(linux.system_call(numbers[name]), getattr(os, name)(), name)

    def test_calls_that_are_newer_than_the_table_do_not_exist(self):
        for machine in self.each():
            newest = max(machine.numbers.values())
            for call in (newest + 1, newest + 1000, "clone3"):
                self.assertEqual(machine.result(call), 0x50000 | errno.ENOSYS)

    def test_another_architecture_ends_the_process(self):
        for machine in self.each():
            self.assertEqual(run(machine.program, 0x40000003, machine.numbers["read"], ()), seccomp.KILL)
            self.assertEqual(machine.result(0x40000000 | machine.numbers["read"]), seccomp.KILL)

    def test_threads_are_allowed_and_namespaces_are_not(self):
        for machine in self.each():
            self.assert_allowed(machine, "clone", CLONE_THREAD)
            self.assert_refused(machine, "clone", CLONE_NEWUSER | 17)
            self.assert_refused(machine, "clone", CLONE_NEWNET)

    def test_sockets_are_of_tcp_udp_or_local(self):
        for machine in self.each():
            for kind, protocol in ((SOCK_STREAM, 0), (SOCK_STREAM, IPPROTO_TCP), (SOCK_DGRAM, 0), (SOCK_DGRAM, IPPROTO_UDP)):
                self.assert_allowed(machine, "socket", AF_INET, kind, protocol)
                self.assert_allowed(machine, "socket", AF_INET, kind | SOCK_NONBLOCK, protocol)
            self.assert_allowed(machine, "socket", AF_UNIX, SOCK_SEQPACKET)
            for kind in (SOCK_RAW, SOCK_RDM, SOCK_DCCP, SOCK_PACKET):
                self.assert_refused(machine, "socket", AF_INET, kind, 0)
                self.assert_refused(machine, "socket", AF_INET, kind | SOCK_NONBLOCK, IPPROTO_TCP)
            for protocol in (1, 2, 33, 58, 132, 136, 255, 262):
                for kind in (SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET):
                    self.assert_refused(machine, "socket", AF_INET, kind, protocol)

    def test_shared_files_are_watched_on_a_machine_of_its_own_only(self):
        for kind, expected in (("namespaces", self.assert_refused), ("landlock", self.assert_refused), ("vm", self.assert_allowed)):
            for machine in self.each(kind):
                for call in system_calls.WATCH_FILES & machine.numbers.keys():
                    expected(machine, call)
        for kind in ("namespaces", "landlock", "vm"):
            for machine in self.each(kind):
                for command in (1024, 1026):
                    self.assert_refused(machine, "fcntl", 3, command)
                for command in (*range(17), 36, 37, 38, 1025, 1030, 1031, 1033):
                    self.assert_allowed(machine, "fcntl", 3, command)

    def test_sockets_are_of_three_families(self):
        for machine in self.each():
            for family in (AF_UNIX, AF_INET):
                self.assert_allowed(machine, "socket", family, SOCK_STREAM)
            for family in (AF_NETLINK, AF_PACKET, AF_VSOCK):
                self.assert_refused(machine, "socket", family, SOCK_STREAM)
            self.assert_refused(machine, "socketpair", AF_INET)

    def test_nothing_is_typed_into_terminals(self):
        for machine in self.each():
            self.assert_allowed(machine, "ioctl", 0, 0x5401)
            self.assert_refused(machine, "ioctl", 0, 0x5412)
            self.assert_refused(machine, "ioctl", 0, 0x541C)

    def test_limits_of_other_processes_stay(self):
        for machine in self.each():
            self.assert_allowed(machine, "prlimit64", 0)
            self.assert_refused(machine, "prlimit64", 1)

    def test_under_landlock_there_are_no_sockets_but_connected_pairs(self):
        for machine in self.each("landlock"):
            self.assert_refused(machine, "socket", AF_UNIX)
            self.assert_allowed(machine, "socketpair", AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)
            self.assert_refused(machine, "socketpair", AF_UNIX, SOCK_DGRAM)
            for call in ("connect", "bind", "listen", "shmget", "mq_open", "inotify_init1", "sched_setaffinity"):
                self.assert_refused(machine, call)
            # Accepts on a socket opened earlier: a process can't create another listening one.
            self.assert_allowed(machine, "accept4")

    def test_only_a_user_of_its_own_may_change_attributes_by_path_under_landlock(self):
        for machine in self.each("landlock", True):
            for call in ("fchmodat", "fchownat", "utimensat", "truncate"):
                self.assert_refused(machine, call)
        for machine in self.each("landlock", False):
            self.assert_allowed(machine, "fchmodat")

    def test_without_a_control_group_no_memory_is_hidden_and_no_process_started(self):
        for machine in self.each(counts_memory=False):
            for call in ("memfd_create", "shmget", "shmat", "msgget", "semget"):
                self.assert_refused(machine, call)
            for call in {"fork", "vfork"} & machine.numbers.keys():
                self.assert_refused(machine, call)
            self.assert_refused(machine, "clone", 17)
            self.assert_refused(machine, "clone", CLONE_THREAD | CLONE_NEWUSER)
            self.assert_allowed(machine, "clone", CLONE_THREAD)
        for machine in self.each():
            self.assert_allowed(machine, "clone", 17)

    def test_without_namespaces_no_process_leaves_its_group(self):
        for kind in ("landlock", "vm"):
            for machine in self.each(kind):
                self.assert_refused(machine, "setsid")
                self.assert_refused(machine, "setpgid")

    def test_signals_can_be_limited_to_the_process_itself(self):
        for machine in self.each("landlock", True, 77):
            self.assert_allowed(machine, "kill", 77)
            for other in (0, 1, 78, -1):
                self.assert_refused(machine, "kill", other)
