"""The interactive half: reads runs from checkpoints/, computes live, draws."""
