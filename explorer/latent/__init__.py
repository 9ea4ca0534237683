"""Torch in, numpy out: everything the pages ask of a model."""
