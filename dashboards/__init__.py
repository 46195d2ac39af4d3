"""The wing that shows: the web application, its JSON API and the page."""
