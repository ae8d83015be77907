"""Does what a plan says, and proves it (design section 9).

`run`: the whole of it. `ladder`: stage by stage, which operations. `executor`: one operation, journaled, probed,
awaited. `live`: what the tenant is just now. `moved`: whether that is what was reviewed. `keeping`: lease, id map and
audit record in the state. `verify`: what is left.
"""
