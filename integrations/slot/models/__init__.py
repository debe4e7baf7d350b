from integrations.slot.models.letters import Event, Exchange, Outcome, Received, Tray

__all__ = ["Event", "Exchange", "Outcome", "Received", "Tray"]
