"""The service's own settings, with the floors beside its addresses and a meter around it."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

ROOT_URLCONF = "tests.bench.floors"
MIDDLEWARE = ["tests.bench.meter.Meter", *MIDDLEWARE]
