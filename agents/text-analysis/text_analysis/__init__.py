"""The text-analysis agent. Standard library only, and little of that: start-up time is most of a run."""
