"""One page a file, each with a function render()."""
