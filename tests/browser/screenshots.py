"""`make screenshots`: a picture of every page, light and dark, desktop and phone, of the simulated day."""

import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
