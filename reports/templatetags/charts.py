"""The charts for pages of apps below this one, which may not import it."""

from __future__ import annotations

from django import template

from reports import charts

register = template.Library()
register.simple_tag(charts.heatmap)
register.simple_tag(charts.radar)
register.simple_tag(charts.rows, name="chart_rows")
