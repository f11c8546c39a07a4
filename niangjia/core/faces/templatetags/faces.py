"""`{% load faces %}`: every component. What each does is written in README.md beside this app and shown on /desk/components."""

from django import template

from niangjia.core.faces.tags import forms, lists, pictures, records, words

register = template.Library()
for part in (words, lists, forms, records, pictures):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
