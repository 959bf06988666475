"""Exec a program so that it ends when its parent ends and, where asked, does not see uid 0.

PostgreSQL refuses to run as root. As root we enter a user namespace in which root is nobody;
where namespaces are forbidden, as in most containers, we become nobody outright.

    python -I -S nonroot.py --parent PID --signal N [--user | --namespace] PROGRAM ARGUMENT…
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION = 0x20080522


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def end_with_parent(parent: int, number: int) -> None:
    if sys.platform == "linux":
        libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        # It may have ended before the line above.
        if os.getppid() != parent:
            raise SystemExit(1)


def nobody() -> int:
    """Return a uid that is not root's and that PostgreSQL can look up."""
    users = {user.pw_name: user.pw_uid for user in pwd.getpwall() if user.pw_uid != 0}
    return users.get("nobody", next(iter(users.values()), 65534))


def enter_namespace(uid: int) -> None:
    if libc().unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} 0 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{uid} 0 1", encoding="ascii")


def namespace_allowed() -> bool:
    """Try it in a child, because there is no way back out of a namespace."""
    if sys.platform != "linux":
        return False
    pid = os.fork()
    if pid == 0:
        try:
            enter_namespace(nobody())
        except (OSError, AttributeError):
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def become(uid: int) -> None:
    """Change to an unprivileged user that may still reach our folder, wherever root keeps it."""
    if sys.platform == "linux":
        libc().prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    if sys.platform == "linux":
        keep_file_access()


def keep_file_access() -> None:
    """Hold on to CAP_DAC_OVERRIDE over the coming exec: /root is closed to everybody else."""
    mask = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    # Effective, permitted and inheritable, for the capabilities below 32 and then those above.
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    if libc().capset(header, sets) == 0:
        libc().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def main(arguments: list[str]) -> None:
    _, parent, _, number, *command = arguments
    if command[0] == "--namespace":
        enter_namespace(nobody())
        command = command[1:]
    elif command[0] == "--user":
        become(nobody())
        command = command[1:]
    # After the change of user, which would undo it.
    end_with_parent(int(parent), int(number))
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
