"""The web application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from niangjia.config import demoday

demoday.take_up()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "niangjia.config.settings")
application = get_wsgi_application()
