"""Trains the encoder of the `news` pipeline and the heads that read it. See ../README.md."""
