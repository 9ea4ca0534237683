"""What every room needs and none owns: threads, processes, files, interrupts, precision."""
