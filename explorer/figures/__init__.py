"""Numpy in, finished plotly figures out."""
