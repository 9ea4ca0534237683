"""Work spread over threads: order, gradients, progress, and what an error leaves behind."""

import threading
import time
from collections.abc import Iterator

import pytest
import torch

from training.kit.threads import map_threads


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    assert torch.get_num_threads() == 3, "the number of threads is put back"
    torch.set_num_threads(before)


@pytest.mark.usefixtures("three_threads")
def test_results_come_in_order_whoever_is_first() -> None:
    def work(part: int) -> tuple[int, str, int]:
        time.sleep(0.01 * (5 - part))
        return part, threading.current_thread().name, torch.get_num_threads()

    shares: list[float] = []
    results = map_threads(work, range(5), shares.append)
    assert [part for part, _, _ in results] == [0, 1, 2, 3, 4]
    assert len({name for _, name, _ in results}) == 3
    assert {threads for _, _, threads in results} == {1}, "no worker shares its operations in turn"
    assert sum(shares) == pytest.approx(1) and len(shares) == 5


@pytest.mark.usefixtures("three_threads")
def test_workers_keep_no_gradients() -> None:
    weight = torch.ones(3, requires_grad=True)
    assert not any(value.requires_grad for value in map_threads(lambda part: weight * part, [1, 2, 3, 4]))


@pytest.mark.usefixtures("three_threads")
@pytest.mark.parametrize("where", ["work", "report"])
def test_an_interruption_ends_it_soon(where: str) -> None:
    done: list[int] = []

    def stop(share: float = 0.0) -> None:
        raise KeyboardInterrupt

    def work(part: int) -> None:
        if where == "work" and part == 0:
            stop()
        time.sleep(0.01)
        done.append(part)

    with pytest.raises(KeyboardInterrupt):
        map_threads(work, range(1000), *([stop] if where == "report" else []))
    assert len(done) < 50
