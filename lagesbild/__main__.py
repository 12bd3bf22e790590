"""Lets `python -m lagesbild` do what `lagesbild` does."""

from lagesbild.cli import main

main()
