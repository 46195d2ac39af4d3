"""What an address in the settings is: one of the web, or one of this machine alone."""

import ipaddress


def web_address(value: str) -> str:
    """A base address without the slash at its end; an empty one stays.

    Raises:
        ValueError: it is no address of the web.
    """
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


def on_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, which nobody else can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
