"""Who computes when: a few at a time, fairly between people; what nobody waits for is given up.

Each person has used some seconds of computing lately. Whoever has used least computes next, and at each
checkpoint (training.kit.checkpoints) a computation gives way to that of a person who has used less: least
attained service first (Nuyens & Wierman 2008, "The foreground-background queue: a survey"). So a first
question never waits for a person who asks without end.
"""

import math
import os
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from explorer.live.memory import MALLOC
from training.kit.checkpoints import POLL_SECONDS, Abandoned, Computing, watched

PLACES = max(2, os.cpu_count() or 2)  # computations at a time
MOST_STARTED = 12  # with those that gave way, and hold their memory
MOST_STARTED_EACH = PLACES  # of one person
MOST_WAITING = 128  # of all people
MOST_WAITING_EACH = 48  # of one person: a page asks for a dozen at most
QUANTUM = 0.02  # seconds that a computation has before it gives way
FORGOTTEN_SECONDS = 10.0  # in which half of what a person has used is forgotten
QUICK_ADVANTAGE = 0.5  # seconds: what follows the hand goes before other work that used no less than that
NICENESS = 5  # of what begins while others are here: their pointers go first
NICEST = 19  # of Linux
HERE_SECONDS = 10.0  # that a person who asked something counts as being here
STOPPING = "The app is being stopped."
LEAST_USED_KEPT = 0.001  # seconds: a person who has used less counts as new


class BusyError(Exception):
    """Too many questions wait. The message is for people."""


class Person(NamedTuple):
    """Whose time a computation takes: first that of a group, and within it that of one of its members."""

    group: Hashable
    member: Hashable = None


SPARE = Person("nobody")  # whose is what nobody waits for: it goes last


@dataclass(eq=False)
class Job:
    """A computation that somebody waits for. `person` is whose time it takes."""

    person: Person
    call: Callable[[], Any]
    quick: bool
    number: int
    future: Future[Any] = field(default_factory=Future)
    go: threading.Event = field(default_factory=threading.Event)  # it has a place
    began: float = 0.0  # when it got the place
    needs: "Job | None" = None  # it waits for what that one computes
    started: bool = False
    abandoned: bool = False


def be_nice() -> None:
    """Let the threads that are not nice go first, where a thread has a niceness of its own: on Linux."""
    with suppress(OSError, AttributeError):
        thread = threading.get_native_id()
        before = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(before + NICENESS, NICEST))


class Turns:
    """So many places, in which the threads compute; whoever waits for one is in `waiting`."""

    def __init__(self, places: int = PLACES, clock: Callable[[], float] = time.monotonic):
        self.places = places
        self.clock = clock
        self.lock = threading.Lock()
        self.waiting: list[Job] = []
        self.running: set[Job] = set()
        self.started: set[Job] = set()
        # Of groups, and of members: seconds, and when that was right.
        self.used: dict[Hashable, tuple[float, float]] = {SPARE.group: (math.inf, 0.0)}
        self.threads = ThreadPoolExecutor(MOST_STARTED, "turn")
        self.nice_threads = ThreadPoolExecutor(MOST_STARTED, "nice turn", be_nice)
        self.here: dict[Hashable, float] = {}  # when somebody of a group asked last
        self.count = 0
        self.closed = False

    # ---- asking

    def meet(self, person: Person) -> None:
        """This person is here, and may be waiting for what is computed outside these turns."""
        if person == SPARE:
            return
        now = self.clock()
        self.here[person.group] = now
        if len(self.here) > MOST_WAITING:
            self.here = {who: then for who, then in self.here.items() if now - then < HERE_SECONDS}

    def groups_here(self) -> set[Hashable]:
        now = self.clock()
        return {who for who, then in list(self.here.items()) if now - then < HERE_SECONDS}

    def others_are_here(self, person: Person) -> bool:
        return bool(self.groups_here() - {person.group})

    def available(self) -> int:
        """Places: all for one person; of several people's, one is left to the pointers."""
        return self.places if len(self.groups_here()) <= 1 else max(1, self.places - 1)

    def ask(self, person: Person, call: Callable[[], Any], quick: bool = False) -> Job:
        """Compute call() as soon as it is this person's turn. Raises BusyError."""
        with self.lock:
            if self.closed:
                raise BusyError(STOPPING)
            self.make_room(person)
            self.meet(person)
            self.count += 1
            job = Job(person, call, quick, self.count)
            self.waiting.append(job)
            self.fill()
        return job

    def make_room(self, person: Person) -> None:
        """Refuse the last question of whoever has used most where too many wait. Raises BusyError."""
        queued = [job for job in self.waiting if not job.started]
        if sum(job.person == person for job in queued) >= MOST_WAITING_EACH:
            raise BusyError(f"The app is busy: {MOST_WAITING_EACH} of your questions wait. Ask again soon.")
        if len(queued) < MOST_WAITING:
            return
        last = max(queued, key=lambda job: (self.used_by(job.person), job.number))
        if self.used_by(last.person) <= self.used_by(person):
            raise BusyError(f"The app is busy: {len(queued)} questions wait. Ask again soon.")
        self.waiting.remove(last)
        last.future.set_exception(BusyError("The app is busy: others were first. Ask again soon."))

    def join(self, job: Job, person: Person) -> None:
        """Another person waits for it, too: it is computed as soon as either's turn comes."""
        with self.lock:
            if self.used_by(person) < self.used_by(job.person):
                job.person = person

    def abandon(self, job: Job) -> None:
        """Nobody waits for it any more: it ends at its next checkpoint, or never begins."""
        with self.lock:
            job.abandoned = True
            if job in self.waiting:
                self.waiting.remove(job)
                if not job.started:
                    job.future.cancel()
            job.go.set()

    def close(self) -> None:
        """Give up everything, and take nothing more."""
        with self.lock:
            self.closed = True
            queued = [job for job in self.waiting if not job.started]
            for job in {*self.waiting, *self.started}:
                job.abandoned = True
                job.go.set()
            self.waiting.clear()
        for job in queued:
            job.future.set_exception(BusyError(STOPPING))

    # ---- whose turn it is; the lock is held

    def used_by(self, person: Person) -> tuple[float, float]:
        """Seconds of computing that a person's group has used lately, and that the person has."""
        return self.lately(person.group), self.lately(person)

    def lately(self, who: Hashable) -> float:
        used, then = self.used.get(who, (0.0, 0.0))
        if not used or math.isinf(used):
            return used
        return float(used * 0.5 ** ((self.clock() - then) / FORGOTTEN_SECONDS))

    def charge(self, job: Job) -> None:
        """Add what a running job has used since it began, or since it was last charged."""
        now = self.clock()
        for who in (job.person.group, job.person):
            self.used[who] = (self.lately(who) + now - job.began, now)
        job.began = now
        if len(self.used) > 10 * MOST_WAITING:
            self.used = {who: entry for who, entry in self.used.items() if self.lately(who) > LEAST_USED_KEPT}

    def rank(self, job: Job) -> tuple[float, float, int]:
        """The least goes first."""
        group, member = self.used_by(job.person)
        advantage = QUICK_ADVANTAGE if job.quick else 0.0
        return group - advantage, member - advantage, job.number

    def gives_way(self, job: Job, other: Job) -> bool:
        """Whether a running job leaves its place to another that waits."""
        level = int(job.person.group == other.person.group and job.quick == other.quick)
        return self.rank(other)[level] + QUANTUM < self.rank(job)[level]

    def may_start(self, job: Job) -> bool:
        if job.started:
            return True
        own = sum(other.person == job.person for other in self.started)
        return len(self.started) < MOST_STARTED and own < MOST_STARTED_EACH

    def next_job(self) -> Job | None:
        """Whoever goes next of those that wait."""
        ready = filter(self.may_start, self.waiting)
        return min(ready, key=self.rank, default=None)

    def fill(self) -> None:
        """Give every free place to whoever goes next."""
        while len(self.running) < self.available() and (job := self.next_job()):
            self.waiting.remove(job)
            self.running.add(job)
            job.began = self.clock()
            if job.started:
                job.go.set()
            else:
                job.started = True
                self.started.add(job)
                self.start(job)

    def start(self, job: Job) -> None:
        nice = job.person == SPARE or self.others_are_here(job.person)
        threads = self.nice_threads if nice else self.threads
        threads.submit(self.work, job)

    # ---- in the thread of a job

    def work(self, job: Job) -> None:
        result: Any = None
        error: BaseException | None = None
        try:
            with watched(lambda: self.visit(job), lambda event: self.wait(job, event), job):
                self.visit(job)
                result = job.call()
        except BaseException as failure:
            error = failure
        with self.lock:
            self.charge_if_running(job)  # it may have been given up while it waited, which costs nothing
            self.running.discard(job)
            self.started.discard(job)
            self.fill()
        MALLOC.give_back()
        if not job.future.set_running_or_notify_cancel():
            return
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)

    def visit(self, job: Job) -> None:
        """A checkpoint of a running job: it may have to end, or to give its place to another."""
        if job.abandoned:
            raise Abandoned
        with self.lock:
            if self.clock() - job.began < QUANTUM:
                return
            self.charge(job)
            if len(self.running) <= self.available():
                other = self.next_job()
                if other is None or not self.gives_way(job, other):
                    return
            self.running.discard(job)
            self.stand_in_line(job)
        self.take_place(job)

    def wait(self, job: Job, event: threading.Event) -> None:
        """The job needs what another thread is computing: its place is free until that is there.

        Whoever computes that has the turn of this job's person meanwhile, if that is the earlier one.
        """
        holder = event.owner if isinstance(event, Computing) else None
        with self.lock:
            self.charge(job)
            self.running.discard(job)
            job.needs = holder if isinstance(holder, Job) else None
            helped = self.help(job)
            self.fill()
        while not event.wait(POLL_SECONDS) and not job.abandoned:
            pass
        with self.lock:
            job.needs = None
            for other, person in helped:
                if other.person == job.person:
                    self.charge_if_running(other)
                    other.person = person
            self.stand_in_line(job)
        self.take_place(job)

    def help(self, job: Job) -> list[tuple[Job, Person]]:
        """Give a job's turn to the one it needs, and to the one that this one needs."""
        helped = []
        other = job.needs
        while other is not None and self.used_by(job.person) < self.used_by(other.person):
            self.charge_if_running(other)
            helped.append((other, other.person))
            other.person = job.person
            other = other.needs
        return helped

    def charge_if_running(self, job: Job) -> None:
        if job in self.running:
            self.charge(job)

    def stand_in_line(self, job: Job) -> None:
        if not job.abandoned:
            job.go.clear()
            self.waiting.append(job)
        self.fill()

    def take_place(self, job: Job) -> None:
        job.go.wait()
        if job.abandoned:
            raise Abandoned
