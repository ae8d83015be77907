"""The writes: what Graph lets a client change, kind by kind, with what follows from it (facts §1, §2, §5, §6)."""
