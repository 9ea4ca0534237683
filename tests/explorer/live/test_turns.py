"""Turns: fair between people, given up when nobody waits, bounded; no clock is trusted but a made one."""

import math
import os
import sys
import threading
import time

import pytest

from explorer.live import turns
from explorer.live.turns import SPARE, BusyError, Job, Person, Turns
from training.kit.checkpoints import Abandoned, Computing, checkpoint, wait_for

PATIENCE = 20  # seconds, for a thread to be scheduled on a busy machine


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1e6  # of a machine that has been up for days

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one_place(clock: Clock) -> Turns:
    return Turns(1, clock)


def gate(turns: Turns, person: str) -> tuple[Job, threading.Event]:
    """A job that holds its place until the event is set."""
    opened = threading.Event()
    inside = threading.Event()

    def call() -> None:
        inside.set()
        assert opened.wait(PATIENCE)

    job = turns.ask(Person(person), call)
    assert inside.wait(PATIENCE)
    return job, opened


def test_a_result_and_an_error_come_back(one_place: Turns) -> None:
    def fail() -> None:
        raise ValueError("no")

    assert one_place.ask(Person("a"), lambda: 3).future.result(PATIENCE) == 3
    with pytest.raises(ValueError, match="no"):
        one_place.ask(Person("a"), fail).future.result(PATIENCE)
    assert not one_place.running and not one_place.started


def test_whoever_has_used_least_goes_first(one_place: Turns, clock: Clock) -> None:
    order: list[str] = []
    job, opened = gate(one_place, "greedy")
    people = ("greedy", "greedy", "new")
    jobs = [one_place.ask(Person(p), lambda p=p: order.append(p)) for p in people]  # type: ignore[misc]
    clock.now += 3
    opened.set()
    for each in [job, *jobs]:
        each.future.result(PATIENCE)
    assert order == ["new", "greedy", "greedy"]


def test_what_follows_the_hand_goes_before_other_work_of_the_same_person(one_place: Turns) -> None:
    order: list[str] = []
    job, opened = gate(one_place, "a")
    slow = one_place.ask(Person("a"), lambda: order.append("slow"))
    quick = one_place.ask(Person("a"), lambda: order.append("quick"), quick=True)
    opened.set()
    for each in (job, slow, quick):
        each.future.result(PATIENCE)
    assert order == ["quick", "slow"]


def test_what_nobody_waits_for_goes_last(one_place: Turns, clock: Clock) -> None:
    order: list[str] = []
    job, opened = gate(one_place, "greedy")
    spare = one_place.ask(SPARE, lambda: order.append("spare"))
    more = one_place.ask(Person("greedy"), lambda: order.append("greedy"))
    clock.now += 100
    opened.set()
    for each in (job, spare, more):
        each.future.result(PATIENCE)
    assert order == ["greedy", "spare"]


def test_a_long_computation_gives_way_at_a_checkpoint(one_place: Turns, clock: Clock) -> None:
    order: list[str] = []
    visitors: list[Job] = []

    def long() -> None:
        order.append("first part")
        clock.now += 1
        visitors.append(one_place.ask(Person("new"), lambda: order.append("another")))
        visitors.append(one_place.ask(Person("greedy"), lambda: order.append("own")))
        checkpoint()
        order.append("second part")

    one_place.ask(Person("greedy"), long).future.result(PATIENCE)
    for visitor in visitors:
        visitor.future.result(PATIENCE)
    assert order == ["first part", "another", "second part", "own"]


def test_what_nobody_waits_for_any_more_ends_at_its_next_checkpoint(one_place: Turns) -> None:
    inside = threading.Event()
    left = threading.Event()
    after: list[str] = []

    def call() -> None:
        inside.set()
        assert left.wait(PATIENCE)
        checkpoint()
        after.append("computed on")

    job = one_place.ask(Person("a"), call)
    never = one_place.ask(Person("a"), lambda: after.append("began"))
    assert inside.wait(PATIENCE)
    one_place.abandon(job)
    one_place.abandon(never)
    left.set()
    with pytest.raises(Abandoned):
        job.future.result(PATIENCE)
    assert one_place.ask(Person("b"), lambda: "free again").future.result(PATIENCE) == "free again"
    assert never.future.cancelled() and after == []


def test_a_job_that_gave_way_can_be_given_up(one_place: Turns, clock: Clock) -> None:
    gave_way = threading.Event()
    opened = threading.Event()
    other: list[Job] = []

    def hold() -> None:
        gave_way.set()
        assert opened.wait(PATIENCE)

    def call() -> None:
        clock.now += 5
        other.append(one_place.ask(Person("new"), hold))
        checkpoint()

    job = one_place.ask(Person("greedy"), call)
    assert gave_way.wait(PATIENCE)
    clock.now += 3  # in which it waits
    one_place.abandon(job)
    with pytest.raises(Abandoned):
        job.future.result(PATIENCE)
    clock.now -= 3  # so that nothing is forgotten
    assert one_place.used_by(Person("greedy"))[0] == pytest.approx(5), "it computed for 5 s"
    clock.now += 3
    opened.set()
    other[0].future.result(PATIENCE)
    assert not one_place.running and not one_place.started and not one_place.waiting


def test_who_waits_for_another_thread_frees_the_place(one_place: Turns) -> None:
    there = threading.Event()

    def needs() -> str:
        wait_for(there)
        return "both"

    waiting = one_place.ask(Person("a"), needs)
    one_place.ask(Person("b"), there.set).future.result(PATIENCE)
    assert waiting.future.result(PATIENCE) == "both"


def test_the_queue_is_bounded_for_one_person_and_for_all(
    one_place: Turns, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST_WAITING_EACH", 3)
    monkeypatch.setattr(turns, "MOST_WAITING", 5)
    job, opened = gate(one_place, "greedy")
    clock.now += 1
    own = [one_place.ask(Person("greedy"), lambda: None) for _ in range(3)]
    with pytest.raises(BusyError, match="3 of your questions wait"):
        one_place.ask(Person("greedy"), lambda: None)
    # What it computes now counts once it has given way or ended.
    one_place.charge(job)
    others = [one_place.ask(Person(person), lambda: None) for person in ("b", "c")]
    newcomer = one_place.ask(Person("d"), lambda: "heard")
    with pytest.raises(BusyError, match="others were first"):
        own[-1].future.result(PATIENCE)
    opened.set()
    assert newcomer.future.result(PATIENCE) == "heard"
    for each in [*own[:-1], *others]:
        each.future.result(PATIENCE)


def test_one_person_starts_no_more_than_there_are_places(
    one_place: Turns, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So whoever asks without end does not hold the memory of many computations that gave way."""
    monkeypatch.setattr(turns, "MOST_STARTED_EACH", 2)
    most = []

    def call() -> None:
        most.append(len(one_place.started))
        clock.now += 5
        quick.append(one_place.ask(Person("greedy"), lambda: most.append(len(one_place.started)), quick=True))
        checkpoint()  # gives way to what follows the hand

    quick: list[Job] = []
    jobs = [one_place.ask(Person("greedy"), call) for _ in range(4)]
    for each in jobs:
        each.future.result(PATIENCE)
    for each in quick:
        each.future.result(PATIENCE)
    assert max(most) == 2


def test_what_somebody_needs_has_their_turn(one_place: Turns, clock: Clock) -> None:
    """A newcomer needs what a greedy person's job computes; another who asks without end goes not before."""
    holding, needed = threading.Event(), threading.Event()
    order: list[str] = []
    result: list[Computing] = []

    def compute() -> None:
        result.append(Computing())
        holding.set()
        assert needed.wait(PATIENCE)
        clock.now += 1
        checkpoint()  # it gives way here, unless it has the newcomer's turn
        order.append("computed")
        result[0].set()

    def need() -> None:
        wait_for(result[0])
        order.append("newcomer")

    clock.now += 1
    one_place.used[SPARE.group] = (math.inf, clock.now)
    holder = one_place.ask(SPARE, compute)
    assert holding.wait(PATIENCE)
    one_place.places = 2  # for the newcomer, who leaves it at once
    newcomer = one_place.ask(Person("new"), need)
    for _ in range(PATIENCE * 1000):
        if newcomer.needs is holder:
            break
        time.sleep(0.001)
    one_place.places = 1
    other = one_place.ask(Person("other"), lambda: order.append("other"))
    one_place.used["other"] = one_place.used[Person("other")] = (3.0, clock.now)
    needed.set()
    for job in (holder, newcomer, other):
        job.future.result(PATIENCE)
    assert order[0] == "computed"
    assert holder.person == SPARE, "whose it was, it is again"


def test_closing_gives_everything_up(one_place: Turns) -> None:
    inside = threading.Event()

    def endless() -> None:
        inside.set()
        while True:
            time.sleep(0.001)
            checkpoint()

    job = one_place.ask(Person("a"), endless)
    queued = one_place.ask(Person("a"), lambda: None)
    assert inside.wait(PATIENCE)
    one_place.close()
    with pytest.raises(Abandoned):
        job.future.result(PATIENCE)
    with pytest.raises(BusyError, match="stopped"):
        queued.future.result(PATIENCE)
    with pytest.raises(BusyError, match="stopped"):
        one_place.ask(Person("a"), lambda: None)


def test_used_time_is_forgotten(one_place: Turns, clock: Clock) -> None:
    job, opened = gate(one_place, "a")
    clock.now += 8
    opened.set()
    job.future.result(PATIENCE)
    assert one_place.used_by(Person("a")) == pytest.approx((8, 8))
    clock.now += turns.FORGOTTEN_SECONDS
    assert one_place.used_by(Person("a")) == pytest.approx((4, 4))


def test_members_of_a_group_share_its_turns(one_place: Turns, clock: Clock) -> None:
    """Many connections without a name count once; among them whoever has used least is first."""
    order: list[str] = []
    crowd = [Person("machine", port) for port in range(3)]
    for person in crowd[:2]:
        opened = threading.Event()
        inside = threading.Event()

        def call(opened: threading.Event = opened, inside: threading.Event = inside) -> None:
            inside.set()
            assert opened.wait(PATIENCE)

        job = one_place.ask(person, call)
        assert inside.wait(PATIENCE)
        clock.now += 1 + crowd.index(person)
        opened.set()
        job.future.result(PATIENCE)
    one, two = one_place.used_by(crowd[0])[1], one_place.used_by(crowd[1])[1]
    assert 0 < one < two and one_place.used_by(crowd[2])[0] == pytest.approx(one + two)
    job, opened = gate(one_place, "page")
    clock.now += 0.5
    waiting = [
        one_place.ask(person, lambda p=person: order.append(str(p.member)))  # type: ignore[misc]
        for person in (crowd[1], crowd[0], crowd[2], Person("page", "again"))
    ]
    opened.set()
    for each in [job, *waiting]:
        each.future.result(PATIENCE)
    assert order == ["again", "2", "0", "1"]


def test_work_is_nice_while_others_are_here_and_not_before(one_place: Turns, clock: Clock) -> None:
    """Alone with the machine, a person's work is as quick as it can be."""

    def is_nice(person: Person) -> bool:
        job = one_place.ask(person, lambda: threading.current_thread().name)
        return str(job.future.result(PATIENCE)).startswith("nice")

    assert not is_nice(Person("a"))
    one_place.meet(SPARE)
    assert not is_nice(Person("a"))
    one_place.meet(Person("b"))
    assert is_nice(Person("a"))
    clock.now += turns.HERE_SECONDS
    assert not is_nice(Person("a"))
    assert is_nice(SPARE)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all threads of a process have one niceness")
def test_threads_that_are_nice_let_others_go_first(one_place: Turns) -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    plain = one_place.ask(Person("a"), niceness).future.result(PATIENCE)
    assert one_place.ask(SPARE, niceness).future.result(PATIENCE) == plain + turns.NICENESS


def test_who_was_here_is_forgotten(one_place: Turns, clock: Clock) -> None:
    for number in range(10 * turns.MOST_WAITING):
        clock.now += 1
        one_place.meet(Person(number))
    assert len(one_place.here) <= turns.MOST_WAITING + 1


def test_of_several_peoples_places_one_is_left_to_the_pointers(clock: Clock) -> None:
    turns_of_two = Turns(2, clock)
    first, opened_first = gate(turns_of_two, "a")
    second, opened_second = gate(turns_of_two, "a")
    assert turns_of_two.running == {first, second}
    turns_of_two.meet(Person("b"))
    third = turns_of_two.ask(Person("b"), lambda: 3)
    opened_first.set()
    first.future.result(PATIENCE)
    assert turns_of_two.running == {second} and turns_of_two.waiting == [third]
    clock.now += turns.HERE_SECONDS  # nobody else is here any more
    turns_of_two.meet(Person("b"))
    opened_second.set()
    assert third.future.result(PATIENCE) == 3


def test_what_runs_gives_its_place_to_the_pointers_of_those_who_come(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns_of_two = Turns(2, clock)
    order: list[str] = []
    met, ended, left = threading.Event(), threading.Event(), threading.Event()
    begun = threading.Barrier(3)  # both jobs, and the test

    def early() -> None:
        begun.wait(PATIENCE)
        assert met.wait(PATIENCE)
        checkpoint()
        order.append("early")

    def late() -> None:
        begun.wait(PATIENCE)
        assert ended.wait(PATIENCE)
        order.append("late")

    stand_in_line = turns_of_two.stand_in_line
    monkeypatch.setattr(turns_of_two, "stand_in_line", lambda job: (stand_in_line(job), left.set()))
    jobs = [turns_of_two.ask(Person("a"), call) for call in (early, late)]
    begun.wait(PATIENCE)
    turns_of_two.meet(Person("b"))
    clock.now += 2 * turns.QUANTUM
    met.set()
    assert left.wait(PATIENCE)
    assert turns_of_two.waiting == [jobs[0]]
    ended.set()
    for job in jobs:
        job.future.result(PATIENCE)
    assert order == ["late", "early"]
