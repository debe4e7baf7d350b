"""The addresses of orders, answers and decisions."""

from __future__ import annotations

from django.urls import path

from suppliers.pages import account

urlpatterns = [
    path("language/", account.language, name="language"),
]
