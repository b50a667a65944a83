"""Doors: pages that each call one action or show one thing."""
