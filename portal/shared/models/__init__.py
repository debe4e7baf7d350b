from portal.shared.models.trail import AuditEntry, StateChange

__all__ = ["AuditEntry", "StateChange"]
