"""Under torchrun: `python -m training.train` for one model after the other, in the same processes."""

import functools
import sys

from tests.tiny import flags
from training.fit import devices
from training.train import main

devices.join = functools.cache(devices.join)  # once: processes that part can't meet again
leave, devices.leave = devices.leave, lambda: None

for model in sys.argv[1:]:
    sys.argv = ["train", model, "--name", f"two-{model}", *flags(model)]
    main()
leave()
