"""A real PostgreSQL of the portal's own: found, initialised, started and stopped without an administrator.

The server belongs to the process that started it: it listens on a Unix socket in a directory nobody else may enter,
asks for a password even there, and dies with its parent (a parent killed with -9 leaves no orphan). Standard library
only, so that set-up, tests and the supervisor can use it before Django exists.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

from portal.management import installations, processes
from portal.management.installations import Installation

SUPERUSER = "postgres"
PORT = 5432  # names the socket file; no TCP port is opened
ROOM_NEEDED = 300 * 2**20
# A Unix socket's path holds 107 bytes, PostgreSQL's file name included.
LONGEST_SOCKET_DIRECTORY = 107 - len(f"/.s.PGSQL.{PORT}")
START_SECONDS = 60.0
STOP_SECONDS = 15.0
REACHABLE = Path("/var/lib/supplier-portal")
THROWAWAY_PREFIX = "portal-throwaway-"


class PostgresError(Exception):
    """The database could not be started; the message says what to do about it."""


@dataclass
class Postgres:
    """One cluster below ``state`` and the server that runs it.

    PostgreSQL refuses to run as root, so root runs it as *nobody*. When nobody cannot reach ``state`` (a checkout below
    a 0700 home) the cluster lives in ``/var/lib/supplier-portal`` and ``state`` becomes a link to it. ``durable=False``
    trades safety on power loss for speed: for tests only.
    """

    state: Path
    installation: Installation | None = None
    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = field(default="database", init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _lock: int | None = field(default=None, init=False)
    _log_start: int = field(default=0, init=False)

    # --- Where things are ---------------------------------------------------------------------------------------------

    @property
    def home(self) -> Path:
        """Where ``state`` really is: the server may not be able to follow the link."""
        return self.state.resolve()

    @property
    def data(self) -> Path:
        return self.home / "cluster" / "data"

    @property
    def log(self) -> Path:
        return self.state / "postgres.log"

    @property
    def socket_directory(self) -> Path:
        """Beside the data if its path is short, and plain enough for any address; else a private one in /tmp."""
        beside = self.home / "cluster" / "socket"
        plain = re.fullmatch(r"[\w/.-]+", str(beside), re.ASCII)
        if plain and len(os.fsencode(beside)) <= LONGEST_SOCKET_DIRECTORY:
            return beside
        return Path("/tmp") / f"portal-{os.geteuid()}-{processes.digest(self.home)}"  # noqa: S108 (checked)

    def address(self, user: str, password: str, database: str) -> str:
        """The database URL that libpq, psycopg and Django understand alike."""
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={self.socket_directory}&port={PORT}"

    @property
    def dsn(self) -> str:
        """The superuser's own address: for bootstrap and tests, never for the portal."""
        return self.address(SUPERUSER, self._password_file.read_text(), "postgres")

    @property
    def _password_file(self) -> Path:
        return self.state / "superuser"

    # --- Start and stop -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start, recovering whatever an earlier run left. Returns when the server accepts connections."""
        if threading.current_thread() is not threading.main_thread():
            # The death signal fires when the *thread* that forked ends, and would stop the server in mid-work.
            raise PostgresError("The database must be started from the main thread.")
        self.stop()  # what a crashed one left
        self._claim()
        try:
            with self._full_disk_explained():
                self._make_room()
                installation = self._usable_installation()
                self._initialise(installation)
                self._clear_leftovers()
                self._launch(installation)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop with a clean checkpoint; give up politeness after a while."""
        process, self._process = self._process, None
        if process is not None:
            # SIGINT rolls back and disconnects everybody; SIGQUIT leaves the rest to crash recovery.
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
                    break
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- The steps of a start -----------------------------------------------------------------------------------------

    def _claim(self) -> None:
        """Make the state directory ours alone. The lock goes when this process does, however it ends."""
        try:
            if not self.state.exists():
                self._make_state()
            lock = os.open(self.state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise PostgresError(f"{self.state} belongs to another user: run the portal as that user.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise PostgresError(f"The database in {self.state} is in use by another run of the portal.") from None
        self._lock = lock

    def _make_state(self) -> None:
        self.state.parent.mkdir(parents=True, exist_ok=True)
        home = self.state
        if os.geteuid() == 0 and not processes.reachable(home.parent.resolve(), processes.NOBODY):
            REACHABLE.mkdir(mode=0o755, exist_ok=True)
            # A new one each time: who deleted ``state`` wanted to begin anew, and may still want the old data back.
            home = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=REACHABLE))
            self.state.unlink(missing_ok=True)  # a link whose target was removed
            self.state.symlink_to(home)
        # Others may pass through, to directories that keep a door of their own; they can list and read nothing.
        home.mkdir(exist_ok=True)
        home.chmod(0o711)

    def _make_room(self) -> None:
        free = shutil.disk_usage(self.state).free
        if free < ROOM_NEEDED:
            raise PostgresError(
                f"The disk that holds {self.state} has {free // 2**20} MB free and the database needs "
                f"{ROOM_NEEDED // 2**20} MB: free some space and start again. Nothing was changed."
            )
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        server = processes.NOBODY if os.geteuid() == 0 else os.geteuid()
        for directory in (self.data.parent, self.socket_directory):
            with contextlib.suppress(FileExistsError):
                directory.mkdir(mode=0o700)
                os.chown(directory, server, -1)
            found = directory.lstat()
            if found.st_uid != server or found.st_mode & 0o777 != 0o700 or directory.is_symlink():
                raise PostgresError(
                    f"{directory} was made by user id {found.st_uid} and this run needs it private to "
                    f"user id {server}: run the portal as the user that made it."
                )

    def _usable_installation(self) -> Installation:
        """The programs of the data's own major version, where the server's user can read them."""
        version_file = self.data / "PG_VERSION"
        wanted = int(version_file.read_text()) if version_file.exists() else None
        chosen = self.installation or installations.find(wanted)
        if chosen is None or wanted not in (None, chosen.major):
            found = ", ".join(str(each.major) for each in installations.candidates()) or "none"
            needed = f"{wanted}, whose files are in {self.data}," if wanted else f"{installations.OLDEST} or newer"
            raise PostgresError(
                f"No PostgreSQL {needed} is installed (found: {found}). "
                "Run `make setup`, or set DATABASE_URL to a server."
            )
        return installations.readable_copy(chosen, self.home / "server") if os.geteuid() == 0 else chosen

    def _initialise(self, installation: Installation) -> None:
        """Build the cluster beside its final name: a half-made one is never mistaken for a whole one."""
        half_made = self.data.with_name("data.new")
        shutil.rmtree(half_made, ignore_errors=True)
        if self.data.exists():
            if not self._password_file.exists():
                self._reset_password(installation)
            return
        password = secrets.token_urlsafe(32)
        for_initdb = self.data.with_name("password")
        write_private(for_initdb, password)
        os.chown(for_initdb, self.data.parent.stat().st_uid, -1)
        # The builtin provider sorts alike on every machine, whatever C library it has.
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run(
            installation.initdb,
            *(
                "-D",
                str(half_made),
                "-U",
                SUPERUSER,
                "-k",
                "-E",
                "UTF8",
                "-A",
                "scram-sha-256",
                f"--pwfile={for_initdb}",
            ),
            *(builtin if installation.major >= installations.BUILTIN_LOCALE else ["--locale=C.UTF-8"]),
            *([] if self.durable else ["--no-sync"]),
        )
        for_initdb.unlink()
        write_private(self._password_file, password)
        half_made.rename(self.data)

    def _reset_password(self, installation: Installation) -> None:
        """The password file was lost and the data were not: set another through single-user mode."""
        self._clear_leftovers()
        password = secrets.token_urlsafe(32)
        self._run(
            installation.postgres,
            *("--single", "-D", str(self.data), "postgres"),
            feed=f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n",
        )
        write_private(self._password_file, password)

    def _clear_leftovers(self) -> None:
        """Remove the lock files of a server that is gone.

        PostgreSQL trusts a process number: a zombie, or a stranger who got the number since, makes it refuse. As we
        hold the lock on the state, whoever still works in the data directory is an orphan: it is asked to stop, then
        made to.
        """
        data = self.data
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            for pid in processes.working_in(data):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            if processes.wait_until(lambda: not processes.working_in(data), STOP_SECONDS):
                break
        else:
            raise PostgresError(f"An old server still works in {data} and does not stop: {processes.working_in(data)}.")
        for left in (self.data / "postmaster.pid", *self.socket_directory.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def _launch(self, installation: Installation) -> None:
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket_directory),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else {"fsync": "off", "full_page_writes": "off"}),
            **self.settings,
        }
        arguments = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        process = self._process = self._spawn([str(installation.postgres), "-D", str(self.data), *arguments])
        processes.wait_until(lambda: process.poll() is not None or self._is_ready(process.pid), START_SECONDS)
        if not self._is_ready(process.pid):
            raise PostgresError(f"PostgreSQL did not start. It said:\n{self._said()}")

    def _is_ready(self, pid: int) -> bool:
        """The server keeps its state in the eighth line of its lock file: no client library needed to ask."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return lines[0] == str(pid) and len(lines) > 7 and lines[7].strip() == "ready"

    # --- Running its programs -----------------------------------------------------------------------------------------

    def _spawn(self, arguments: Sequence[str], feed: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        self.log.touch(0o600)
        with self.log.open("ab") as log:
            return processes.spawn(
                arguments,
                death_signal=signal.SIGINT,
                log=log.fileno(),
                cwd=self.data.parent,
                environment={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                user=processes.NOBODY if os.geteuid() == 0 else None,
                feed=feed,
            )

    def _run(self, program: Path, *arguments: str, feed: str = "") -> None:
        with tempfile.TemporaryFile() as given:
            given.write(feed.encode())
            given.seek(0)
            process = self._spawn([str(program), *arguments], feed=given.fileno())
            if process.wait() != 0:
                raise PostgresError(f"{program.name} failed. It said:\n{self._said()}")

    def _said(self) -> str:
        """What PostgreSQL wrote since this start began."""
        with contextlib.suppress(FileNotFoundError), self.log.open("rb") as log:
            log.seek(max(self._log_start, self.log.stat().st_size - 4000))
            return log.read().decode(errors="replace").strip()
        return ""

    @contextlib.contextmanager
    def _full_disk_explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, PostgresError) as error:
            full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            if full or "No space left on device" in self._said():
                raise PostgresError(
                    f"The disk that holds {self.state} is full: free some space and start again. "
                    "What was committed is safe."
                ) from error
            raise


@contextlib.contextmanager
def throwaway(**settings: str) -> Iterator[Postgres]:
    """A running server for one test session: fast, unsafe on power loss, gone afterwards."""
    temporary = Path(tempfile.gettempdir())
    if os.geteuid() == 0 and not processes.reachable(temporary.resolve(), processes.NOBODY):
        temporary = Path("/tmp")  # noqa: S108
    for old in temporary.glob(f"{THROWAWAY_PREFIX}*"):
        _remove_if_abandoned(old)
    server = Postgres(Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=temporary)), durable=False, settings=settings)
    server.state.chmod(0o711)
    try:
        with server:
            yield server
    finally:
        shutil.rmtree(server.state, ignore_errors=True)


def _remove_if_abandoned(state: Path) -> None:
    """What a killed test session left, by the lock that it no longer holds."""
    try:
        lock = os.open(state / "lock", os.O_RDWR)
    except OSError:
        return  # somebody else's, or so new that its lock is not made yet
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Postgres(state)._clear_leftovers()  # noqa: SLF001
        shutil.rmtree(state, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(lock)


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others."""
    half_made = path.with_name(f"{path.name}.new")
    half_made.unlink(missing_ok=True)
    half_made.touch(0o600, exist_ok=False)
    half_made.write_text(text)
    half_made.rename(path)
