"""The paths outside the library that every sandboxed child may read."""

import functools
import os
import sys
import sysconfig

# Paths of the system that programs need, and no directory in which people keep data.
SYSTEM = (
    "/bin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
    "/usr/local/lib64", "/usr/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/etc/ld.so.cache", "/nix/store",
    "/gnu/store", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip


@functools.cache
def readable_paths() -> tuple[str, ...]:
    """Return the paths of the system's programs and libraries, and those of this Python.

    Not the Python installation as a whole: people may keep data below `/usr` or beside a virtual environment.
    `site_config.checks.settings_checks` refuses a library or a database below one of these.
    """
    python = {
        sys.executable,
        os.path.join(sys.prefix, "pyvenv.cfg"),
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        # libpython, where the interpreter needs it, and the zipped library where there is one.
        os.path.join(sys.base_prefix, "lib"),
        os.path.dirname(sysconfig.get_path("stdlib")),
    }
    return (*SYSTEM, *sorted(python))
