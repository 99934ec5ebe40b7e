"""The comune's desk and its public counter: what people see of a node. Networks of nodes are `federation`'s matter."""

__version__ = "0.1.0"
