import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal.management import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# A new connection costs a page as much again as its queries do.
os.environ.setdefault("DATABASE_POOL", "true")
application = get_wsgi_application()
# Every page is loaded now, not by the first request of each process.
import_module(settings.ROOT_URLCONF)
memory.settle()
