"""Lists by name the system calls that a confined process may make. seccomp.py compiles the list for the machine's
architecture.

The list covers CPython, its standard library, the compiled packages that plugins use, Go programs and `go build`.
An unlisted call fails with EPERM. A call newer than syscall_numbers.json fails with ENOSYS, as on an older kernel,
because libraries fall back to an older call only on ENOSYS. Names that an architecture doesn't have are ignored
there.
"""

import collections

from slipway_host.seccomp import NOT_IMPLEMENTED, NOT_SUPPORTED, Condition

ALLOWED = frozenset(
    """
    access arch_prctl brk capget chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 execve execveat exit
    exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchown fchownat fdatasync fgetxattr flistxattr
    flock fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr lchown lgetxattr link linkat listxattr
    llistxattr lseek lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev
    pwritev2 read readahead readlink readlinkat readv rename renameat renameat2 rmdir sendfile splice stat statfs statx symlink
    symlinkat sync_file_range tee truncate umask unlink unlinkat utime utimensat utimes write writev

    get_mempolicy madvise membarrier memfd_create mincore mlock mlock2 mlockall mmap mprotect mremap msync munlock munlockall munmap
    pkey_alloc pkey_free pkey_mprotect

    fork getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getresgid getresuid getrlimit getrusage
    getsid gettid getuid ioprio_get kill pidfd_open pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo sched_get_priority_max
    sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_yield
    set_robust_list set_tid_address setpgid setrlimit setsid tgkill times tkill vfork wait4 waitid

    alarm clock_getres clock_gettime clock_nanosleep futex futex_waitv getitimer getrandom gettimeofday nanosleep pause
    restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait setitimer sigaltstack
    sysinfo time timer_create timer_delete timer_getoverrun timer_gettime timer_settime uname

    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 pipe pipe2 poll ppoll pselect6 select
    signalfd signalfd4 timerfd_create timerfd_gettime timerfd_settime

    accept accept4 getpeername getsockname getsockopt recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto setsockopt shutdown
    """.split()
)

# Allowed if processes have their own namespaces or machine. Landlock doesn't restrict these.
SEPARATED = frozenset(
    """
    bind connect listen
    mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd
    sched_setaffinity sched_setattr sched_setparam sched_setscheduler semctl semget semop semtimedop setpriority
    shmat shmctl shmdt shmget
    """.split()
)

# Refused if instances share files (packages, models, system files), because these calls reveal how others use
# them.
WATCH_FILES = frozenset(("inotify_add_watch", "inotify_init", "inotify_init1", "inotify_rm_watch"))

# Refused to a process under Landlock that runs as the builder's own user: by path, these calls would reach all of
# that user's files.
CHANGE_ATTRIBUTES = frozenset(
    """
    chmod chown fchmod fchmodat fchown fchownat futimesat lchown truncate utime utimensat utimes
    """.split()
)

# Refused without namespaces: the builder kills an instance by its process group.
LEAVE_GROUP = frozenset(("setpgid", "setsid"))

# Refused if the builder adds up process memory, because the memory these calls allocate belongs to no process.
HIDE_MEMORY = frozenset(
    """
    memfd_create msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt shmget
    """.split()
)

# Refused if each process has its own memory limit. Threads start through `clone` with a condition.
START_PROCESSES = frozenset(("fork", "vfork"))

# Before kernel 6.12, Landlock doesn't confine signals. A process may then signal only itself.
SIGNALS = ("kill", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tgkill", "tkill")

_INT = 0xFFFFFFFF
_CLONE_THREAD = 0x00010000
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_SOCK_STREAM, _SOCK_DGRAM, _SOCK_SEQPACKET, _SOCK_TYPE_MASK = 1, 2, 5, 0xF
_IPPROTO_IP, _IPPROTO_TCP, _IPPROTO_UDP = 0, 6, 17
_F_SETLEASE, _F_NOTIFY = 1024, 1026

CONDITIONS = {
    # Libraries fall back to `clone`: the flags of clone3 are behind a pointer, which a filter can't read.
    "clone3": NOT_IMPLEMENTED,
    "clone": [Condition(0, _NEW_NAMESPACES, (0,))],
    # Leases and notifications watch files that instances share, as inotify does.
    "fcntl": [Condition(1, _INT, (_F_SETLEASE, _F_NOTIFY), refuses=True)],
    # These requests type characters into a terminal.
    "ioctl": [Condition(1, _INT, (_TIOCSTI, _TIOCLINUX), refuses=True)],
    "prctl": [],
    # A process may read and set only its own limits.
    "prlimit64": [Condition(0, _INT, (0,))],
    # TCP, UDP and local sockets: no raw sockets, and no protocols such as MPTCP, SCTP and UDP-Lite.
    "socket": [
        Condition(0, _INT, (_AF_UNIX, _AF_INET, _AF_INET6)),
        Condition(1, _SOCK_TYPE_MASK, (_SOCK_STREAM, _SOCK_DGRAM, _SOCK_SEQPACKET)),
        Condition(2, _INT, (_IPPROTO_IP, _IPPROTO_TCP, _IPPROTO_UDP)),
    ],
    "socketpair": [Condition(0, _INT, (_AF_UNIX,))],
}


# The value of `system_calls` in `builder/server/sandbox/sandbox.ts`.
Restrictions = collections.namedtuple("Restrictions", "kind shares_user hides_memory starts_processes allocates")


def rules(restrictions, process_id):
    """Returns the conditions of each allowed call. Signals may only go to `process_id`, unless it is None."""
    allowed = {name: [] for name in ALLOWED} | CONDITIONS
    if restrictions.kind == "landlock":
        # No new sockets. Socket pairs are allowed only for types that stay connected to each other.
        del allowed["socket"]
        allowed["socketpair"] = [*CONDITIONS["socketpair"], Condition(1, _SOCK_TYPE_MASK, (_SOCK_STREAM, _SOCK_SEQPACKET))]
        if process_id is not None:
            allowed |= {name: [Condition(0, _INT, (process_id,))] for name in SIGNALS}
    else:
        allowed |= {name: [] for name in SEPARATED}
    if restrictions.kind == "vm":
        allowed |= {name: [] for name in WATCH_FILES}
    if not restrictions.starts_processes:
        allowed["clone"] = [*CONDITIONS["clone"], Condition(0, _CLONE_THREAD, (_CLONE_THREAD,))]
    if not restrictions.allocates:
        # fallocate can fill the disk before anyone measures it, even past a file's end, where no file limit
        # applies.
        allowed["fallocate"] = NOT_SUPPORTED
    refused = _refused(restrictions)
    return {name: conditions for name, conditions in allowed.items() if name not in refused}


def _refused(restrictions):
    refused = set()
    if restrictions.kind == "landlock" and restrictions.shares_user:
        refused |= CHANGE_ATTRIBUTES
    if restrictions.kind != "namespaces":
        refused |= LEAVE_GROUP
    if not restrictions.hides_memory:
        refused |= HIDE_MEMORY
    if not restrictions.starts_processes:
        refused |= START_PROCESSES
    return refused
