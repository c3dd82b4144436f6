"""How numbers are written: shares, intervals, counts, differences. Source: the look's NOTES."""

from django import template

register = template.Library()
