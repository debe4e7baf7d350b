"""Who reads and acts in the measures."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def person(email: str, supplier_id: int) -> Any:
    """Somebody who answers orders at a supplier; made once."""
    from portal.shared.acting import acting
    from portal.shared.actor import system_actor
    from suppliers.models import Membership, User
    from suppliers.states import Role

    with acting(system_actor("set-up"), write=True):
        found = User.objects.filter(email=email).first()
        if found is None:
            found = User.objects.create_user(email, None, name="Bench", kind="supplier")
            Membership.objects.create(user=found, supplier_id=supplier_id, role=Role.ORDER_DESK)
    return found


def clerk(supplier_id: int) -> Any:
    """The same as an actor."""
    from portal.shared.actor import Actor, ActorKind, Grant
    from suppliers.states import Role

    return Actor(ActorKind.SUPPLIER, "bench", "Bench", frozenset({Grant(Role.ORDER_DESK, supplier_id=supplier_id)}))


def session_of(user: Any) -> str:
    """The key of a session in which this person is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def browser(user: Any) -> Callable[[str], Any]:
    """Asks for pages as this person through every middleware, without a socket, in a process loaded as web ones are."""
    from django.conf import settings
    from django.core.handlers.base import BaseHandler
    from django.test import RequestFactory

    from portal.management import memory

    handler = BaseHandler()
    handler.load_middleware()
    import_module(settings.ROOT_URLCONF)
    memory.settle()
    requests = RequestFactory(SERVER_NAME="localhost")
    requests.cookies["sessionid"] = session_of(user)

    def get(path: str) -> Any:
        response = handler.get_response(requests.get(path))
        assert response.status_code == 200, response.status_code
        return response

    return get


def listing(view: Any, user: Any, actor: Any) -> Callable[[], Any]:
    """Asks a view of the API for 100 rows, permission and throttle included, middleware not."""
    from rest_framework.test import APIRequestFactory, force_authenticate

    answering = view.as_view()

    def get() -> None:
        request = APIRequestFactory().get("/", {"limit": 100})
        # What the middleware leaves.
        request.actor, request.held_up = actor, None
        force_authenticate(request, user)
        response = answering(request)
        response.render()
        assert response.data["results"], response.data

    return get
