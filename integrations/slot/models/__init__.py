from integrations.slot.models.letters import Event, Exchange, Received

__all__ = ["Event", "Exchange", "Received"]
