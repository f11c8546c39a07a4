"""Readings in words."""

from django import template

from niangjia.core.figures.report import in_words

register = template.Library()
register.filter("in_words", in_words)
