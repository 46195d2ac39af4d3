"""Settings that lie in files, one each, as Docker and Kubernetes mount secrets."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource
from pydantic_settings.exceptions import SettingsError as SourceError

from uproar.errors import SettingsError

SECRETS_DIR = Path("/run/secrets")


class SecretFiles(SecretsSettingsSource):
    """Reads `uproar_password` and the like of a folder that need not be there; an empty file counts as not set."""

    def __init__(self, settings_cls: type[BaseSettings], folder: str | None) -> None:
        place = Path(folder) if folder else SECRETS_DIR
        super().__init__(settings_cls, place if place.is_dir() else None)
        self._place = place

    def __call__(self) -> dict[str, Any]:
        """What the files hold, without blanks at either end.

        Raises:
            SettingsError: a file is there and cannot be read.
        """
        try:
            return {name: value for name, value in super().__call__().items() if value}
        except SourceError as error:
            raise SettingsError(
                f"UPROAR_SECRETS_DIR: a file in {self._place} cannot be read: {error}. "
                "Each has to be text that the user who runs Uproar may read."
            ) from None


class SecretSettings(BaseSettings):
    """What lies in files, and where; a part of `Settings`."""

    secrets_dir: Path = Field(SECRETS_DIR, description="folder of files that hold settings, one each")
    database_password: SecretStr | None = Field(None, description="of PostgreSQL, if its address has none")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there is no such file
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - ours is put in its place
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and for what it leaves open the files."""
        return init_settings, env_settings, SecretFiles(settings_cls, env_settings().get("secrets_dir"))


def with_password(address: str, password: SecretStr | None) -> str:
    """The address of a server with this password, unless it has one of its own or is a file's."""
    parts = urlsplit(address)
    if password is None or parts.password is not None or parts.scheme.startswith("sqlite"):
        return address
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return address  # a password is nobody's without a user
    return parts._replace(netloc=f"{user}:{quote(password.get_secret_value(), safe='')}@{host}").geturl()
