"""The supervisor, with tiny programs standing in for the portal's."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.management import processes, supervisor
from portal.management.supervisor import Child, Program, StartError, Stop, Supervisor

from .conftest import PROJECT, Script, until

SERVE = "import signal; print('up', flush=True); signal.pause()"
NOTE_THE_END = """
import pathlib, signal, sys
def end(*_):
    with pathlib.Path(sys.argv[1]).open("a") as notes: notes.write(sys.argv[2] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
signal.pause()
"""
STUBBORN_WITH_A_CHILD = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("child", child.pid, "up", flush=True)
signal.pause()
"""


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    made: list[Child] = []

    def make(name: str, code: str, *arguments: str, **row: object) -> Child:
        program = Program(name, (sys.executable, "-c", code, *arguments), **{"says": "up", **row})
        made.append(Child(program, PROJECT, tmp_path / "log", os.environ))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_a_child_is_up_when_it_says_so_and_shows_its_log(child: Callable[..., Child]) -> None:
    server = child("server", SERVE)
    server.start()
    assert server.alive()
    assert server.log.read_text() == "up\n"


def test_a_child_is_up_when_its_probe_agrees(child: Callable[..., Child]) -> None:
    asked: list[bool] = []
    child("server", SERVE, ready=lambda: asked.append(True) or len(asked) == 3).start()
    assert len(asked) == 3


def test_a_child_that_cannot_start_shows_the_end_of_its_log(child: Callable[..., Child]) -> None:
    with pytest.raises(StartError, match=r"(?s)server ended with code 3.*server\.log:\nno key"):
        child("server", "import sys; print('no key'); sys.exit(3)").start()


def test_a_child_that_does_not_get_ready_is_not_waited_for_for_ever(child: Callable[..., Child]) -> None:
    with pytest.raises(StartError, match="did not get ready in time"):
        child("server", SERVE, says="never", ready_seconds=0.2).start()


def test_a_program_that_ends_gives_what_it_printed_this_time(child: Callable[..., Child]) -> None:
    program = child("demo", "print('Anna')")
    assert program.run() == "Anna\n"
    assert program.run() == "Anna\n"
    assert program.log.read_text() == "Anna\nAnna\n"


def test_a_program_that_fails_is_an_error(child: Callable[..., Child]) -> None:
    with pytest.raises(StartError, match=r"(?s)demo failed.*no such table"):
        child("demo", "raise SystemExit('no such table')").run()


def test_a_long_log_is_put_aside(child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch) -> None:
    program = child("demo", "print('Anna')")
    program.run()
    monkeypatch.setattr(supervisor, "LONGEST_LOG", 3)
    program.run()
    assert program.log.read_text() == program.log.with_suffix(".log.1").read_text() == "Anna\n"


def test_all_children_end_in_their_own_way_before_what_they_stand_on(
    child: Callable[..., Child], tmp_path: Path
) -> None:
    notes = tmp_path / "notes"

    class Database:
        name = "database"

        def start(self) -> None:
            notes.touch()

        def alive(self) -> bool:
            return True

        def stop(self) -> None:
            assert sorted(notes.read_text().split()) == ["web", "worker"]
            notes.write_text("database was last")

    run = Supervisor(say=print)
    run.start(Database())
    children = [child(name, NOTE_THE_END, str(notes), name) for name in ("web", "worker")]
    run.start_together(children)
    run.stop()
    assert notes.read_text() == "database was last"
    assert not any(each.alive() for each in children)


def test_the_stubborn_are_killed_with_their_children(child: Callable[..., Child]) -> None:
    stubborn = child("stubborn", STUBBORN_WITH_A_CHILD, stop_seconds=0.2)
    stubborn.start()
    grandchild = Path(f"/proc/{stubborn.log.read_text().split()[1]}")
    assert grandchild.exists()
    stubborn.stop()
    until(lambda: not grandchild.exists() or ") Z " in (grandchild / "stat").read_text())


def test_ctrl_c_in_the_terminal_misses_the_children(child: Callable[..., Child]) -> None:
    server = child("server", SERVE)
    server.start()
    assert server.pid is not None
    assert os.getsid(server.pid) == server.pid != os.getsid(0)


def test_a_crashed_child_is_said_and_brought_back(child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text.strip())
        if text.endswith("is back"):
            raise Stop

    run, server = Supervisor(say), child("server", SERVE)
    run.start(server)
    before = server.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    with pytest.raises(Stop):
        run.watch()
    assert said[1:] == ["server has ended by itself; starting it again in 0 s", "server is back"]
    assert server.alive()
    assert server.pid != before


def test_one_that_crashes_again_and_again_is_given_more_time_each_time() -> None:
    crashes = supervisor._Crashes(started=0)
    assert [crashes.next_pause(1) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_one_that_ran_steadily_comes_back_at_once() -> None:
    crashes = supervisor._Crashes(started=0, pause=16)
    assert crashes.next_pause(supervisor.STEADY_SECONDS + 1) == supervisor.FIRST_PAUSE


def test_a_failed_restart_is_said_and_tried_again(child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        if sum("ended with code 1" in each for each in said) == 2:
            raise Stop

    run, server = Supervisor(say), child("server", SERVE)
    run.start(server)
    assert server.pid is not None
    server.program = Program("server", (sys.executable, "-c", "import sys; sys.exit(1)"), says="up")
    os.kill(server.pid, signal.SIGKILL)
    with pytest.raises(Stop):
        run.watch()


def test_nobody_outlives_a_killed_supervisor(script: Callable[..., Script], tmp_path: Path) -> None:
    parent = script(
        """
import os, pathlib, signal, sys
from portal.management.supervisor import Child, Program, Supervisor
code = "import signal; print('up', flush=True); signal.pause()"
run = Supervisor(say=print)
for name in ("one", "two"):
    program = Program(name, (sys.executable, "-c", code), says="up")
    child = Child(program, pathlib.Path("/"), pathlib.Path(sys.argv[1]), {})
    run.start(child)
    print(child.pid, flush=True)
print("all up", flush=True)
signal.pause()
""",
        str(tmp_path),
    )
    children = [int(word) for word in parent.hears("all up").split() if word.isdigit()]
    assert len(children) == 2
    parent.end()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_polite_way_to_end_is_one_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Stop), supervisor.stop_on_signals():  # noqa: PT012 (the second signal must not be noticed)
        try:
            os.kill(os.getpid(), number)
            processes.wait_until(lambda: False, 1)
        finally:
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) == before
