"""The settings of who is told what, and for how long that is kept."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from uproar.addresses import web_address


class AlertSettings(BaseSettings):
    """What alerting is told from outside; a part of `Settings`."""

    delivery_days: int = Field(90, ge=1, le=3650, description="so long messages about spikes that are over are kept")
    heartbeat_url: SecretStr | None = Field(None, description="asked for every minute while all goes well")

    @field_validator("heartbeat_url")
    @classmethod
    def _address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            web_address(value.get_secret_value())
        return value
