"""Commands in processes of their own, several at a time, ended together by Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

PATIENCE = 20.0  # seconds that a process has to end by itself before it is terminated, then killed


class FailedError(Exception):
    """A command ended with an error. The message is the last line that it printed."""


class Processes:
    """The processes that run now. Each has one thread, and a process group of its own: Ctrl-C ends them once,
    through `stop`, whether it came from the keyboard or to this process alone."""

    def __init__(self, settings: Mapping[str, str]):
        self.settings = dict(settings)  # variables of the environment
        self.processes: list[subprocess.Popen[str]] = []
        self.stopped = False
        self.lock = threading.Lock()

    def run(self, arguments: Sequence[str]) -> None:
        """Run `python -m` with these arguments to its end. Raises FailedError."""
        with self.lock:  # after stop() no process starts
            if self.stopped:
                raise FailedError("stopped")
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=os.environ | self.settings | {"OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            self.processes.append(process)
        last = "it ended without a word"
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                if line.strip():
                    last = line.strip()
        if process.wait():
            raise FailedError(last.removeprefix("error: "))

    def stop(self) -> None:
        """End all processes as Ctrl-C does, and wait until they are gone."""
        with self.lock:
            self.stopped = True
        for end in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            running = [process for process in self.processes if process.poll() is None]
            for process in running:
                process.send_signal(end)
            for process in running:
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    continue


def together(
    crew: Processes, works: Mapping[str, Callable[[], None]], jobs: int, tick: Callable[[], object]
) -> dict[str, str]:
    """Do all works, `jobs` at a time, `tick` twice a second. Returns the errors of those that failed.

    Whatever interrupts it ends the crew's processes first.
    """
    pool = ThreadPoolExecutor(jobs)
    futures: dict[Future[None], str] = {pool.submit(work): name for name, work in works.items()}
    try:
        pending = set(futures)
        while pending:
            _, pending = wait(pending, timeout=0.5)
            tick()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        crew.stop()
        raise
    finally:
        pool.shutdown()
    return {name: str(error) for future, name in futures.items() if (error := future.exception())}
