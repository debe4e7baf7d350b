"""The data table: every model, field and right that the sandbox knows. What is not here does not exist."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.sandbox.schema import accounts, base, production, purchase, stock
from integrations.sandbox.schema.fields import Field, Model

MODELS: Mapping[str, Model] = {
    entry.name: entry for entry in (*base.MODELS, *purchase.MODELS, *stock.MODELS, *production.MODELS, *accounts.MODELS)
}

__all__ = ["MODELS", "Field", "Model"]
