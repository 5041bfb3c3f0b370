"""Pulling models from a local server that cuts off, lies and serves traps."""

import hashlib
import io
import shutil
import threading
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import tenacity

from voicebot.errors import ModelMissing, UsageError
from voicebot.settings import Settings
from voicebot.speech.models import PUBLISHED, Installed, find, installed, pull, pulled_dir

NAME = "vosk-model-cn-0.22"  # the published one whose checksum is not known
FILES = {"am/final.mdl": b"\0B acoustic", "conf/model.conf": b"--beam=12", "graph/HCLG.fst": bytes(range(256)) * 400}
NOW = tenacity.wait_none()


def zipped(files: dict[str, bytes], top: str = NAME, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(f"{top}/{name}" if top else name, content)
    return out.getvalue()


ZIP = zipped(FILES, compression=zipfile.ZIP_STORED)
SUM = hashlib.sha256(ZIP).hexdigest()


class Shop(ThreadingHTTPServer):
    """Serves one file. `cuts`: after how many bytes each of the next answers breaks off."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.content = ZIP
        self.ranges = True
        self.cuts: list[int] = []
        self.statuses: list[int] = []
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/models"


class Desk(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        shop, wanted = self.server, self.headers.get("Range")
        shop.asked.append(wanted)
        status = shop.statuses.pop(0) if shop.statuses else 200
        if status != 200 or not self.path.startswith("/models/vosk-model-"):
            self.send_error(status if status != 200 else 404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and shop.ranges else 0
        if start >= len(shop.content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(shop.content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = shop.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(shop.content) - 1}/{len(shop.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: shop.cuts.pop(0)] if shop.cuts else body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def small_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the room on this machine's disk does not matter."""
    monkeypatch.setitem(PUBLISHED, NAME, replace(PUBLISHED[NAME], size=len(ZIP)))


def left_behind(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_a_model_is_pulled_checked_and_unpacked(shop: Shop, tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []
    pulled = pull(NAME, tmp_path, shop.url, SUM.upper(), progress=lambda *step: steps.append(step))
    assert (pulled.path, pulled.sha256, pulled.verified, pulled.fresh) == (tmp_path / NAME, SUM, True, True)
    assert {name: (tmp_path / NAME / name).read_bytes() for name in FILES} == FILES
    assert left_behind(tmp_path) == [NAME]
    assert steps[0] == (0, len(ZIP))
    assert steps[-1] == (len(ZIP), len(ZIP))


def test_a_model_that_is_there_is_not_fetched_again(shop: Shop, tmp_path: Path) -> None:
    pull(NAME, tmp_path, shop.url)
    again = pull(NAME, tmp_path, shop.url)
    assert not again.fresh
    assert len(shop.asked) == 1


def test_without_a_known_checksum_the_result_says_so(shop: Shop, tmp_path: Path) -> None:
    pulled = pull(NAME, tmp_path, shop.url)
    assert (pulled.sha256, pulled.verified) == (SUM, False)


def test_a_cut_connection_is_resumed_where_it_broke(shop: Shop, tmp_path: Path) -> None:
    shop.cuts = [1000, 30_000, 5]
    pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    assert shop.asked == [None, "bytes=1000-", "bytes=31000-", "bytes=31005-"]


def test_a_later_pull_goes_on_where_an_earlier_one_gave_up(shop: Shop, tmp_path: Path) -> None:
    shop.cuts = [1000, *[0] * 20]
    with pytest.raises(ModelMissing, match=rf"{NAME}.*closed connection.*go on at 1000"):
        pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    shop.cuts, shop.asked = [], []
    pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    assert shop.asked == ["bytes=1000-"]


def test_a_server_without_ranges_starts_over(shop: Shop, tmp_path: Path) -> None:
    shop.cuts, shop.ranges = [1000], False
    pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    assert (tmp_path / NAME / "am" / "final.mdl").exists()


def test_what_came_whole_before_is_not_fetched_again(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.zip.part").write_bytes(ZIP)
    pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    assert shop.asked == [f"bytes={len(ZIP)}-"]


def test_remains_of_another_file_are_thrown_away(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.zip.part").write_bytes(ZIP + b"more")
    pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    assert (tmp_path / NAME).is_dir()


def test_a_busy_server_is_asked_again(shop: Shop, tmp_path: Path) -> None:
    shop.statuses = [503, 429]
    pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    assert len(shop.asked) == 3


def test_a_missing_file_is_not_asked_for_again(shop: Shop, tmp_path: Path) -> None:
    shop.statuses = [404]
    with pytest.raises(ModelMissing, match=r"404.*is the address right"):
        pull(NAME, tmp_path, shop.url, wait=NOW)
    assert len(shop.asked) == 1


def test_nobody_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"127\.0\.0\.1.*ConnectError.*run it again") as raised:
        pull(NAME, tmp_path, "http://127.0.0.1:1/models", wait=NOW)
    assert raised.value.exit_status == 3


def test_a_wrong_checksum_leaves_nothing_behind(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=f"{SUM}, not {'0' * 64}"):
        pull(NAME, tmp_path, shop.url, "0" * 64, wait=NOW)
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (ZIP[: len(ZIP) // 2], "damaged zip"),
        (ZIP.replace(bytes(range(256)), bytes(256)), "damaged zip"),
        (b"<html>log in first</html>", "damaged zip"),
        (zipped({}, ""), "wanted one directory"),
        (zipped({"../evil.txt": b"x", **FILES}), "would leave"),
        (zipped({"/etc/evil": b"x"}, ""), "would leave"),
        (zipped({"..\\..\\evil": b"x"}), "would leave"),
        (zipped({"C:/evil": b"x"}, ""), "would leave"),
        (zipped({"one/a": b"x", "two/b": b"x"}, ""), "wanted one directory"),
        (zipped({"conf/model.conf": b"x"}), "final.mdl"),
    ],
)
def test_a_bad_zip_is_named_and_leaves_nothing_behind(shop: Shop, tmp_path: Path, content: bytes, named: str) -> None:
    shop.content = content
    with pytest.raises(ModelMissing, match=named):
        pull(NAME, tmp_path / "models", shop.url, wait=NOW)
    assert left_behind(tmp_path / "models") == []
    assert left_behind(tmp_path) == ["models"]


def test_a_link_in_the_zip_is_refused(shop: Shop, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo(f"{NAME}/am")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc")
    shop.content = out.getvalue()
    with pytest.raises(ModelMissing, match="is a link"):
        pull(NAME, tmp_path, shop.url)


def test_a_damaged_model_is_replaced(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / NAME / "am").mkdir(parents=True)
    (tmp_path / NAME / "am" / "old").write_text("left over")
    assert pull(NAME, tmp_path, shop.url).fresh
    assert not (tmp_path / NAME / "am" / "old").exists()


def test_a_disk_without_room_is_named_before_anything_is_fetched(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 1024))
    with pytest.raises(ModelMissing, match=r"0 MiB free.*VOICEBOT_DATA_DIR"):
        pull(NAME, tmp_path, shop.url)
    assert shop.asked == []


def test_a_disk_that_fills_keeps_what_came(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = tmp_path / f".{NAME}.zip.part"
    whole = Path.open

    def full(self: Path, mode: str = "r", **kwargs: object) -> object:
        file = whole(self, mode, **kwargs)
        if self == part and mode != "rb":
            write = file.write
            monkeypatch.setattr(self.__class__, "open", whole)

            class Full:
                def __enter__(self) -> "Full":
                    return self

                def __exit__(self, *error: object) -> None:
                    file.close()

                def write(self, block: bytes) -> None:
                    write(block[:700])
                    raise OSError(28, "No space left on device")

                truncate, seek = staticmethod(file.truncate), staticmethod(file.seek)

            return Full()
        return file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(ModelMissing, match=r"No space left.*what has come is kept"):
        pull(NAME, tmp_path, shop.url, wait=NOW)
    assert part.stat().st_size == 700
    shop.asked.clear()
    pull(NAME, tmp_path, shop.url, SUM, wait=NOW)
    assert shop.asked == ["bytes=700-"]


def test_a_directory_that_cannot_be_made_is_named(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelMissing, match=r"file.*VOICEBOT_DATA_DIR"):
        pull(NAME, tmp_path / "file" / "models", shop.url)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"'vosk-small-cn'.*did you mean vosk-model-small-cn-0\.22") as raised:
        find("vosk-small-cn")
    assert raised.value.exit_status == 2
    with pytest.raises(UsageError, match="there are vosk-model-small-cn"):
        find("whisper")


def test_what_is_installed_is_listed(tmp_path: Path, shop: Shop) -> None:
    settings = Settings(models_dir=tmp_path / "shipped", data_dir=tmp_path / "data")
    assert installed(settings) == ()
    (tmp_path / "shipped" / "not-a-model").mkdir(parents=True)
    pull(NAME, pulled_dir(settings), shop.url)
    assert installed(settings) == (Installed(NAME, tmp_path / "data" / "models" / NAME, shipped=False),)


def test_published_checksums_are_sha256() -> None:
    assert all(model.sha256 is None or len(bytes.fromhex(model.sha256)) == 32 for model in PUBLISHED.values())
