"""Two models, trained side by side before everybody's eyes: each in a process of its own."""
