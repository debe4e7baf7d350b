import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# A new connection costs a page as much again as its queries do.
os.environ.setdefault("DATABASE_POOL", "true")
application = get_wsgi_application()
