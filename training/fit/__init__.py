"""Training: devices and processes, state and resuming."""
