"""A bot in a process of its own that takes in one attachment and says how many bytes its memory grew by.

python -m tests.watch.streaming_bot DATA_DIR REDIS_URL UPSTREAM_URL ATTACHMENT_URL
"""

import asyncio
import json
import sys
from pathlib import Path

from yarl import URL

from bot.store.models import FileRef
from bot.updates import Footage
from tests.conftest import bare_settings
from tests.nemo.transfer_user import peak
from tests.watch.bench import bench, cloud, turn


async def main(data_dir: Path, redis_url: str, upstream: str, attachment: str) -> None:
    source = URL(attachment)
    hosts = frozenset({f"{source.host}:{source.port}"})
    async with bench(
        cloud(bare_settings(data_dir, redis_url), upstream), attachment_hosts=hosts, attachments_secure=False
    ) as bot:
        await bot.ask(turn("warm", "hello"))
        before = peak()
        await bot.app.runner.submit(turn("big", "", FileRef(name="long.mp4", url=attachment)))
        await bot.app.runner.wait("big")
        print(json.dumps({"grown": peak() - before, "taken": len(bot.face.of(Footage))}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:5]))
