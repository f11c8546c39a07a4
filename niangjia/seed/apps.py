from django.apps import AppConfig


class SeedConfig(AppConfig):
    """The demo district: made up from public totals by calling actions only."""

    name = "niangjia.seed"
    verbose_name = "演示区"
