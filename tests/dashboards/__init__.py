"""Tests of the dashboards wing."""
