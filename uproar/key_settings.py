"""The keys of an installation, and what is made with them: hashes of authors and secrets of webhooks."""

import base64
import hmac
import os
import secrets
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from uproar.errors import SettingsError

KEY = "secret.key"  # in the data directory; its first line is the key, those that were added follow
LEAST_KEY = 16


class KeySettings(BaseSettings):
    """What hides who wrote something, and where it lies; a part of `Settings`."""

    data_dir: Path = Field(Path("data"), description="where the embedded database, broker and key live")
    secret_key: SecretStr | None = Field(None, description="keys author hashes and webhook secrets; empty: a file")
    added_keys: SecretStr | None = Field(None, description="keys added to it since, the oldest first, blanks between")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _refuse_short([value.get_secret_value()])
        return value

    @field_validator("added_keys")
    @classmethod
    def _added_to_one(cls, value: SecretStr | None, said: ValidationInfo) -> SecretStr | None:
        if value is not None:
            _refuse_short(value.get_secret_value().split())
            if said.data.get("secret_key") is None:
                raise ValueError(f"goes with UPROAR_SECRET_KEY; without that, keys are added to the file {KEY}")
        return value

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """The secrets that key author hashes, the oldest first; made once, kept with mode 0600.

        Raises:
            SettingsError: the file that holds them has none, or a short one, or cannot be read.
        """
        if self.secret_key is not None:
            added = self.added_keys.get_secret_value().split() if self.added_keys is not None else []
            return tuple(key.encode() for key in (self.secret_key.get_secret_value(), *added))
        try:
            lines = [line.strip() for line in self._key_file().read_text("utf-8-sig").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SettingsError(f"{self.data_dir / KEY}: cannot be read: {reason}.") from None
        try:
            _refuse_short(lines or [""])
        except ValueError as error:
            raise SettingsError(f"{self.data_dir / KEY}: each line is a key, and {error}.") from None
        return tuple(key.encode() for key in lines)

    @property
    def has_keys(self) -> bool:
        """Whether there are keys; to ask for them makes one."""
        return self.secret_key is not None or (self.data_dir / KEY).exists()

    @property
    def key(self) -> bytes:
        """The first of the keys: secrets of webhooks are derived from it, and stay what they are when one is added."""
        return self.keys[0]

    def _key_file(self) -> Path:
        place = self.data_dir / KEY
        self.make_data_dir()
        draft = self.data_dir / f".secret.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, place)  # whole or not at all, and the first of two starters wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return place

    def make_data_dir(self) -> Path:
        """The data directory; made so that only its owner may look into it.

        Raises:
            SettingsError: it cannot be made, or is no folder.
        """
        return make_folder(self.data_dir)

    def hash_author(self, platform: str, author: str) -> str:
        """The keyed hash that stands for an author: that of platform and id, 128 bits in hex."""
        return keyed(self.keys, f"{platform}\0{author}".encode(errors="backslashreplace"))

    def endpoint_secret(self, watch: str, endpoint: str) -> str:
        """The Standard Webhooks secret of an endpoint that was given none of its own."""
        digest = hmac.digest(self.key, f"webhook\0{watch}\0{endpoint}".encode(), "sha256")
        return "whsec_" + base64.b64encode(digest).decode()


def keyed(keys: Iterable[bytes], message: bytes) -> str:
    """The hash by all keys in turn: each makes HMAC-SHA-256 of what the one before it made, its first 16 bytes.

    So whoever adds a key can bring stored hashes up to date without knowing what was hashed.
    """
    for key in keys:
        message = hmac.digest(key, message, "sha256")[:16]
    return message.hex()


def make_folder(folder: Path) -> Path:
    """The folder, made so that only its owner may look into it.

    Raises:
        SettingsError: it cannot be made, or is no folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"UPROAR_DATA_DIR: {folder.resolve()} cannot be used as a folder: {error.strerror or error}. "
            "Name a folder that may be written to."
        ) from None
    return folder


def _refuse_short(keys: Iterable[str]) -> None:
    if min(map(len, keys), default=0) < LEAST_KEY:
        raise ValueError(f"must have at least {LEAST_KEY} characters; a guessed key gives authors away")
