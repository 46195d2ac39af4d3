"""Dashboards for a real Grafana, as code: `python -m dashboards.grafana` writes their JSON. No part of the service."""
