"""Files of keys that nobody can use are told of, and not with a trace of a bug."""

import pytest

from tests.uproar.test_forget import by
from tests.uproar.test_hashing import finding
from tests.uproar.test_posts import save
from uproar.errors import UproarError
from uproar.key_settings import KEY
from uproar.settings import Settings, settings


@pytest.mark.parametrize("content", [None, b"\xff\xfe and no text at all", b"short"])
def test_a_file_of_keys_that_cannot_be_read_is_a_finding(sqlite_store: Settings, content: bytes | None) -> None:
    save(by("ana", "1"), sqlite_store)
    place = sqlite_store.data_dir / KEY
    place.unlink()
    if content is None:
        place.mkdir()
    else:
        place.write_bytes(content)
    settings.cache_clear()
    with pytest.raises(UproarError, match=KEY):
        _ = settings().keys
    assert finding(settings())[0] is False
