"""What later slices add to the desk's page of a vacancy."""

from node.core.parts import Parts

page_part = Parts()
"""A decorator for `function(session, vacancy) -> Markup or None`, drawn above the text."""
