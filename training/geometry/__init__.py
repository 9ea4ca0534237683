"""The pull-back metric of a decoder, and shortest ways under it."""
