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
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from training.kit.checkpoints import POLL_SECONDS, Abandoned, watched

PLACES = max(2, os.cpu_count() or 2)  # computations at a time; while they are niced the pointer has its core
MOST_STARTED = 32  # with those that gave way, and hold their memory
MOST_STARTED_EACH = PLACES  # of one person
MOST_WAITING = 128  # of all people
MOST_WAITING_EACH = 48  # of one person: a page asks for a dozen at most
QUANTUM = 0.02  # seconds that a computation has before it gives way
FORGOTTEN_SECONDS = 10.0  # in which half of what a person has used is forgotten
QUICK_ADVANTAGE = 0.5  # seconds: what follows the hand goes before other work that used no less than that
NICENESS = 5  # of the threads: the threads of the pointer go first (setpriority(2); Linux has one a thread)
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
    started: bool = False
    abandoned: bool = False


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
        self.count = 0
        self.closed = False

    # ---- asking

    def ask(self, person: Person, call: Callable[[], Any], quick: bool = False) -> Job:
        """Compute call() as soon as it is this person's turn. Raises BusyError."""
        with self.lock:
            if self.closed:
                raise BusyError(STOPPING)
            self.make_room(person)
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
        return used * 0.5 ** ((self.clock() - then) / FORGOTTEN_SECONDS) if used else 0.0

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
        while len(self.running) < self.places and (job := self.next_job()):
            self.waiting.remove(job)
            self.running.add(job)
            job.began = self.clock()
            if job.started:
                job.go.set()
            else:
                job.started = True
                self.started.add(job)
                threading.Thread(target=self.work, args=(job,), name="turn", daemon=True).start()

    # ---- in the thread of a job

    def work(self, job: Job) -> None:
        with suppress(OSError, AttributeError):  # on other systems than Linux it would slow down all threads
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        result: Any = None
        error: BaseException | None = None
        try:
            with watched(lambda: self.visit(job), lambda event: self.wait(job, event)):
                self.visit(job)
                result = job.call()
        except BaseException as failure:
            error = failure
        with self.lock:
            self.charge(job)
            self.running.discard(job)
            self.started.discard(job)
            self.fill()
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
            other = self.next_job()
            if other is None or not self.gives_way(job, other):
                return
            self.running.discard(job)
            self.stand_in_line(job)
        self.take_place(job)

    def wait(self, job: Job, event: threading.Event) -> None:
        """The job needs what another thread is computing: its place is free until that is there."""
        with self.lock:
            self.charge(job)
            self.running.discard(job)
            self.fill()
        while not event.wait(POLL_SECONDS) and not job.abandoned:
            pass
        with self.lock:
            self.stand_in_line(job)
        self.take_place(job)

    def stand_in_line(self, job: Job) -> None:
        if not job.abandoned:
            job.go.clear()
            self.waiting.append(job)
        self.fill()

    def take_place(self, job: Job) -> None:
        job.go.wait()
        if job.abandoned:
            raise Abandoned
