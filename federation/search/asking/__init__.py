"""What stands behind `federation.search.understanding`: reading a typed search piece by piece.

Reading order: reading, ordinary, place_names, whereabouts, refusals.
"""
