"""Numpy in, finished plotly figures out."""

# Plotly asks whether pandas is there without waiting for an import of it that another thread is in the middle
# of: whoever draws first would then fail. So it is whole before any figure is.
import pandas as pandas
