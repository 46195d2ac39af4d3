"""`make screenshots`: a picture of every page, light and dark, desktop and phone, of the simulated day."""
